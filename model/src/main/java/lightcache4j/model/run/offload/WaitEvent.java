package lightcache4j.model.run.offload;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Computing waited for weights, for the flight recorder: `jfr print --events
/// lightcache4j.FetchWait run.jfr`. Its duration is the time waited; where weights were there in
/// time, there is no event.
@Name("lightcache4j.FetchWait")
@Label("Wait for weights")
@Category("LightCache4J")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class WaitEvent extends Event {
    @Label("Site")
    @Description("Prefix of the names of the weights")
    private final String path;

    @Label("Bytes")
    @DataAmount
    private final long bytes;

    WaitEvent(String path, long bytes) {
        this.path = path;
        this.bytes = bytes;
    }
}
