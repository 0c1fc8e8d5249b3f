package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

import java.util.Optional;

/// TornadoVM itself: whether it is here, and what it found.
final class Sdk {
    private static final String HINT =
            "install one with SDKMAN (sdk install tornadovm 5.2.0-jdk25-opencl, or -cuda), see"
                    + " https://tornadovm.org and docs/gpu.md";

    /// A property that only TornadoVM's own options set.
    private static final String STARTED = "tornado.load.runtime.implementation";

    private static final class Holder {
        private static final Optional<String> REFUSAL = look();
    }

    private Sdk() {}

    /// Why it cannot work here and what to do about it; empty if it can. Looks once: classes of
    /// TornadoVM that failed to start fail for good.
    static Optional<String> refusal() {
        return Holder.REFUSAL;
    }

    private static Optional<String> look() {
        if (System.getProperty(STARTED) == null) {
            return Optional.of(
                    "gpu: the JVM was started without TornadoVM's options, wanted an SDK of"
                            + " TornadoVM 5.2.0-jdk25 at TORNADOVM_HOME; "
                            + HINT);
        }
        // Both are read when TornadoVM's classes load. Without the first, a kernel that does not
        // compile would silently run as plain Java; what fits the device is the driver's to say.
        System.setProperty("tornado.recover.bailout", "False");
        System.setProperty("tornado.device.memory", "1024GB");
        try {
            TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
            if (runtime.getNumBackends() == 0) {
                return Optional.of("gpu: TornadoVM has no backend, wanted one; " + HINT);
            }
            runtime.getDefaultDevice();
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of(
                    "gpu: TornadoVM found no device (%s), wanted one; install the driver of yours,"
                                    .formatted(cause(e))
                            + " or PoCL (apt install pocl-opencl-icd) for a CPU as a device");
        }
    }

    private static String cause(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getClass().getSimpleName()
                + (at.getMessage() == null ? "" : ": " + at.getMessage().replaceAll("\\s+", " "));
    }

    static String deviceName() {
        TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
        TornadoDevice device = runtime.getDefaultDevice();
        TornadoBackend backend = runtime.getBackend(device.getBackendIndex());
        return backend.getName() + ", " + device.getPhysicalDevice().getDeviceName().strip();
    }
}
