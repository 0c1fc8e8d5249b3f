package lightcache4j.model.run.swap;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Computation waits for a copy, for the flight recorder: `jfr print --events lightcache4j.SwapWait
/// run.jfr`. Its duration is what was not hidden.
@Name("lightcache4j.SwapWait")
@Label("Wait for a copy of something kept")
@Category("LightCache4J")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class WaitEvent extends Event {
    @Label("Bytes")
    @DataAmount
    private final long bytes;

    WaitEvent(long bytes) {
        this.bytes = bytes;
    }
}
