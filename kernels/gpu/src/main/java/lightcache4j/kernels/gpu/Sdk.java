package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
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
            return refusedProperties();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of(
                    "gpu: TornadoVM found no device (%s), wanted one; install the driver of yours,"
                                    .formatted(cause(e))
                            + " or PoCL (apt install pocl-opencl-icd) for a CPU as a device");
        }
    }

    /// What is wrong with the properties that the user set, if anything.
    private static Optional<String> refusedProperties() {
        try {
            DeviceMemory.ofThisProcess();
            TensorCores.ofThisProcess(Tuning.ofThisProcess());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String cause(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        String message = String.valueOf(at.getMessage());
        return at.getClass().getSimpleName()
                + ": "
                + message.replaceAll("\\e\\[[0-9;]*m", "").replaceAll("\\s+", " ");
    }

    /// The SDK, its backends, their devices, and what kernels there are.
    static List<String> findings() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "TornadoVM SDK %s, runtime %s"
                        .formatted(
                                Optional.ofNullable(System.getenv("TORNADOVM_HOME"))
                                        .orElse("(TORNADOVM_HOME is not set)"),
                                version()));
        TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
        TornadoDevice chosen = runtime.getDefaultDevice();
        for (int i = 0; i < runtime.getNumBackends(); i++) {
            TornadoBackend backend = runtime.getBackend(i);
            for (int j = 0; j < backend.getNumDevices(); j++) {
                TornadoDevice device = backend.getDevice(j);
                lines.add(describe(backend, device) + (device.equals(chosen) ? ", used" : ""));
            }
        }
        DeviceMemory memory = DeviceMemory.ofThisProcess();
        lines.add(
                ("memory of the backend: %,d MiB for activations, %,d MiB for narrower weights in %d"
                                + " of the device's arrays")
                        .formatted(
                                (memory.floats() * Float.BYTES) >> 20,
                                memory.bytesOfHalves() >> 20,
                                memory.longs().size()));
        Tuning tuning = Tuning.ofThisProcess();
        lines.add(TensorCores.finding(tuning));
        lines.add(tuning.finding());
        return lines;
    }

    private static String describe(TornadoBackend backend, TornadoDevice device) {
        return "%s: %s (%s), %s, %,d MiB, largest allocation %,d MiB, local memory %,d KiB"
                .formatted(
                        backend.getName(),
                        device.getPhysicalDevice().getDeviceName().strip(),
                        device.getDeviceType(),
                        driver(device.getPhysicalDevice().getDeviceInfo()),
                        device.getMaxGlobalMemory() >> 20,
                        device.getMaxAllocMemory() >> 20,
                        device.getDeviceLocalMemorySize() >> 10);
    }

    /// The line of a device's description that tells its driver.
    private static String driver(String description) {
        return description
                .lines()
                .filter(line -> line.startsWith("Driver version"))
                .map(line -> line.replaceAll("\\s*:\\s*", " "))
                .findFirst()
                .orElse("driver not told");
    }

    private static String version() {
        return Optional.ofNullable(TornadoRuntime.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("of unknown version");
    }

    /// What times depend on: the device, its driver, TornadoVM.
    static String identity() {
        TornadoDevice device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
        return deviceName()
                + ", "
                + driver(device.getPhysicalDevice().getDeviceInfo())
                + ", TornadoVM "
                + version();
    }

    static String deviceName() {
        TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
        TornadoDevice device = runtime.getDefaultDevice();
        TornadoBackend backend = runtime.getBackend(device.getBackendIndex());
        return backend.getName() + ", " + device.getPhysicalDevice().getDeviceName().strip();
    }
}
