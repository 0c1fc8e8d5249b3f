package lightcache4j.model.run.swap;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A copy, on the copying thread, for the flight recorder: `jfr print --events lightcache4j.Swap
/// run.jfr`. Its duration is that of the copy.
@Name("lightcache4j.Swap")
@Label("Copy of something kept")
@Category("LightCache4J")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class CopyEvent extends Event {
    @Label("Direction")
    @Description("Out of working memory, or back in")
    private final String direction;

    @Label("Place")
    @Description("Where it rests: the byte that it begins at")
    private final long place;

    @Label("Bytes")
    @DataAmount
    private final long bytes;

    CopyEvent(String direction, long place, long bytes) {
        this.direction = direction;
        this.place = place;
        this.bytes = bytes;
    }
}
