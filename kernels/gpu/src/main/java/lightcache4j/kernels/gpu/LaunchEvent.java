package lightcache4j.kernels.gpu;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

import uk.ac.manchester.tornado.api.TornadoProfilerResult;

/// A kernel ran, for the flight recorder: `jfr print --events lightcache4j.Launch run.jfr`. Its
/// duration is that of the call, the first of a kernel with its compilation. While a recording
/// wants it, TornadoVM's profiler runs, from which the bytes and the time on the device are.
@Name("lightcache4j.Launch")
@Label("Kernel launched")
@Category("LightCache4J")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class LaunchEvent extends Event {
    @Label("Kernel")
    private String kernel = "";

    @Label("Moved")
    @Description("What was asked to be copied between host and device; 0 of a computation")
    @DataAmount
    private long moved;

    @Label("To the device")
    @Description("What TornadoVM copied up, parameters and unused ends of staging arrays included")
    @DataAmount
    private long toDevice;

    @Label("To the host")
    @Description("What TornadoVM copied down, unused ends of staging arrays included")
    @DataAmount
    private long toHost;

    @Label("Held")
    @Description("What is taken of the device's arrays during the launch")
    @DataAmount
    private long held;

    @Label("On the device")
    @Timespan(Timespan.NANOSECONDS)
    private long computed;

    void finish(String name, long bytesMoved, long bytesHeld, TornadoProfilerResult result) {
        kernel = name;
        moved = bytesMoved;
        held = bytesHeld;
        toDevice = result.getTotalBytesCopyIn();
        toHost = result.getTotalBytesCopyOut();
        computed = result.getDeviceKernelTime();
        commit();
    }
}
