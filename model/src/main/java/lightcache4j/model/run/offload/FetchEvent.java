package lightcache4j.model.run.offload;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Weights were brought into memory, for the flight recorder: `jfr print --events
/// lightcache4j.Fetch run.jfr`. Its duration is the time that took.
@Name("lightcache4j.Fetch")
@Label("Weights fetched")
@Category("LightCache4J")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class FetchEvent extends Event {
    @Label("Site")
    @Description("Prefix of the names of the weights")
    private final String path;

    @Label("Bytes")
    @DataAmount
    private final long bytes;

    @Label("Ahead")
    @Description("While another site computed, before it was wanted")
    private final boolean ahead;

    FetchEvent(String path, long bytes, boolean ahead) {
        this.path = path;
        this.bytes = bytes;
        this.ahead = ahead;
    }
}
