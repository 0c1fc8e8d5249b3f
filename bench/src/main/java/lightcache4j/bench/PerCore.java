package lightcache4j.bench;

import lightcache4j.bench.cases.NormCases;
import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.PlainCases;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/// What kernels cost on one core, in processor time of one thread: a measure that holds on a
/// machine that others use too, where JMH's wall-clock time does not. `torch_kernels.py` measures
/// PyTorch the same way.
///
/// ```
/// java --add-modules jdk.incubator.vector -cp bench/target/benchmarks.jar lightcache4j.bench.PerCore [words of a case]
/// ```
public final class PerCore {
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final long WARM_UP = 3_000_000_000L;
    private static final long MEASURE = 1_000_000_000L;

    /// A sample is long enough for the clock: nanoseconds.
    private static final long SAMPLE = 2_000_000L;

    private PerCore() {}

    /// @param args words that a case must have in its name; none for all
    public static void main(String[] args) {
        for (OpCase c : cases()) {
            String name = c.toString();
            if (List.of(args).stream().allMatch(name::contains)) {
                try (Timed timed = Timed.open("cpu", 1, c)) {
                    double nanos = best(timed);
                    System.out.printf(
                            "%-64s %10.1f us %7.1f GFLOP/s %6.1f GB/s%n",
                            name, nanos / 1e3, c.work() / nanos, c.bytes() / nanos);
                }
            }
        }
    }

    /// Layers of the demo, and some of larger models.
    static List<OpCase> cases() {
        return List.of(
                SequenceCases.linear(80, 192, 192, DType.F32, Activation.NONE),
                SequenceCases.linear(80, 192, 768, DType.F32, Activation.NONE),
                SequenceCases.linear(80, 192, 768, DType.F32, Activation.GELU_TANH),
                SequenceCases.linear(80, 768, 192, DType.F32, Activation.NONE),
                SequenceCases.linear(256, 192, 768, DType.F32, Activation.NONE),
                SequenceCases.linear(1, 192, 1152, DType.F32, Activation.NONE),
                SequenceCases.linear(1024, 1536, 1536, DType.F32, Activation.NONE),
                SequenceCases.linear(1024, 1536, 1536, DType.BF16, Activation.NONE),
                SequenceCases.attention(336, 336, 6, 32),
                SequenceCases.attention(1024, 1024, 12, 64),
                SequenceCases.attention(1024, 1024, 12, 128),
                VideoCases.convolution(5, 8, 8, 64, 64),
                VideoCases.convolution(9, 16, 16, 48, 48),
                VideoCases.convolution(17, 32, 32, 32, 32),
                VideoCases.convolution(17, 64, 64, 32, 16),
                VideoCases.convolution(17, 64, 64, 16, 16),
                VideoCases.convolution(17, 64, 64, 16, 3),
                VideoCases.convolution(5, 32, 32, 128, 128),
                VideoCases.groupStatistics(17, 64, 64, 16, 8, true),
                VideoCases.groupNormalize(17, 64, 64, 16, 8, true, Activation.SILU),
                NormCases.layerNorm(336, 192, true),
                NormCases.layerNorm(2016, 32, true),
                PlainCases.modulate(336, 192),
                PlainCases.gatedSum(336, 192),
                PlainCases.activate(336 * 768, Activation.GELU_TANH),
                SequenceCases.rope(80, 6, 32, true));
    }

    /// The least time of one run over all samples: what it takes when nothing disturbs.
    private static double best(Timed timed) {
        Timed.Physics physics = new Timed.Physics();
        double best = Double.MAX_VALUE;
        int runs = 1;
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP + MEASURE) {
            long before = CLOCK.getCurrentThreadCpuTime();
            Tensor last = null;
            for (int i = 0; i < runs; i++) {
                last = timed.run(physics);
            }
            long nanos = CLOCK.getCurrentThreadCpuTime() - before;
            if (last != null && nanos > 0) {
                best = Math.min(best, nanos / (double) runs);
            }
            if (nanos < SAMPLE) {
                runs = Math.min(2 * runs, 1 << 14);
            }
        }
        return best;
    }
}
