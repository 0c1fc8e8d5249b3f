package lightcache4j.bench;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Causal 3 × 3 × 3 convolutions: the demo's decoder level by level, and a wide one.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvolutionBenchmark {
    @Param("cpu")
    public String backend = "";

    @Param({"1", "2"})
    public int threads;

    /// Frames, rows, columns, channels in, channels out.
    @Param({
        "5x8x8x64x64",
        "9x16x16x48x48",
        "17x32x32x32x32",
        "17x64x64x16x16",
        "17x64x64x16x3",
        "5x32x32x128x128"
    })
    public String size = "";

    private @Nullable Timed timed;

    @Setup
    public void open() {
        timed = Timed.open(backend, threads, opCase());
    }

    private OpCase opCase() {
        String[] s = size.split("x", -1);
        return VideoCases.convolution(
                Integer.parseInt(s[0]),
                Integer.parseInt(s[1]),
                Integer.parseInt(s[2]),
                Integer.parseInt(s[3]),
                Integer.parseInt(s[4]));
    }

    @Benchmark
    public Tensor run(Timed.Physics physics) {
        return Objects.requireNonNull(timed).run(physics);
    }

    @TearDown
    public void close() {
        Objects.requireNonNull(timed).close();
    }
}
