package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether products go to tensor cores, and how.
///
/// @param parts of a number that are multiplied there, see [TensorKernels]; 0 if products do not go
///   there
/// @param leastWork multiplications below which a product stays with [ProductKernels]: the kernels
///   that part its sides would take longer than it; infinite where [Tuning] chooses
/// @param mostScores numbers that the scores of attention take at a time, about
record TensorCores(int parts, double leastWork, long mostScores) {
    private static final String PARTS = "lightcache4j.gpu.parts";

    private static final double LEAST_WORK = 1e8;

    /// Parts of a float32 that are all of it.
    private static final int EXACT = 3;

    /// 256 MiB: enough for groups by the thousand, of which each multiprocessor gets some.
    private static final long MOST_SCORES = 1 << 26;

    /// The first GPUs whose tensor cores have bfloat16.
    private static final int COMPUTE_CAPABILITY = 8;

    private static final Pattern VERSION = Pattern.compile("Device version\\s*: CUDA (\\d+)\\.");

    /// Where the device has tensor cores: as `-Dlightcache4j.gpu.parts` has it, else as tuning
    /// chooses, as exact as float32.
    ///
    /// @throws IllegalArgumentException if the property is not what it should be
    static TensorCores ofThisProcess(Tuning tuning) {
        String value = System.getProperty(PARTS);
        if (value != null && !value.matches("[0-3]")) {
            throw new IllegalArgumentException(
                    "gpu: the property %s is '%s', wanted 0, 1, 2 or 3".formatted(PARTS, value));
        }
        if (!there()) {
            return new TensorCores(0, LEAST_WORK, MOST_SCORES);
        }
        if (value != null) {
            return new TensorCores(Integer.parseInt(value), LEAST_WORK, MOST_SCORES);
        }
        int parts = tuning.isActive() ? EXACT : 0;
        return new TensorCores(parts, Double.POSITIVE_INFINITY, MOST_SCORES);
    }

    /// Whether it is for [Tuning] to say what goes there.
    boolean isTuned() {
        return parts > 0 && leastWork == Double.POSITIVE_INFINITY;
    }

    /// Of one part, the error of numbers that are rounded to bfloat16; else that of float32.
    double tolerance() {
        return parts == 1 ? 1e-5 : 1e-10;
    }

    /// One line of what the backend found.
    static String finding(Tuning tuning) {
        TensorCores cores = ofThisProcess(tuning);
        if (!there()) {
            return "kernels: float32, weights F32, F16, BF16 and I8; no tensor cores";
        }
        return "kernels: float32, weights F32, F16, BF16 and I8; tensor cores "
                + (cores.parts() == 0
                        ? "are not used (-Dlightcache4j.gpu.parts, see docs/gpu.md)"
                        : "multiply numbers in " + cores.parts() + " of bfloat16")
                + (cores.isTuned() ? " where tuning found them faster" : "");
    }

    /// TornadoVM has the instructions in its CUDA backend alone.
    private static boolean there() {
        TornadoDevice device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
        if (device.getTornadoVMBackend() != TornadoVMBackendType.CUDA) {
            return false;
        }
        Matcher version = VERSION.matcher(device.getPhysicalDevice().getDeviceInfo());
        return version.find() && Integer.parseInt(version.group(1)) >= COMPUTE_CAPABILITY;
    }
}
