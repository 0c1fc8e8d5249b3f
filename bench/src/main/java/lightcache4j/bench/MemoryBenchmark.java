package lightcache4j.bench;

import lightcache4j.bench.cases.NormCases;
import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.PlainCases;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
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

/// Operations that are as fast as memory, or as the exponential function: on the demo's tokens, and
/// its largest video.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class MemoryBenchmark {
    @Param("cpu")
    public String backend = "";

    @Param({"1", "2"})
    public int threads;

    @Param({
        "layerNorm",
        "rmsNorm",
        "modulate",
        "gatedSum",
        "gelu",
        "rope",
        "groupStatistics",
        "groupNormalize"
    })
    public String operation = "";

    private @Nullable Timed timed;

    @Setup
    public void open() {
        timed = Timed.open(backend, threads, opCase());
    }

    private OpCase opCase() {
        return switch (operation) {
            case "layerNorm" -> NormCases.layerNorm(336, 192, true);
            case "rmsNorm" -> NormCases.rmsNorm(336, 192, true);
            case "modulate" -> PlainCases.modulate(336, 192);
            case "gatedSum" -> PlainCases.gatedSum(336, 192);
            case "gelu" -> PlainCases.activate(336 * 768, Activation.GELU_TANH);
            case "rope" -> SequenceCases.rope(336, 6, 32, true);
            case "groupStatistics" -> VideoCases.groupStatistics(17, 64, 64, 16, 8, true);
            case "groupNormalize" ->
                    VideoCases.groupNormalize(17, 64, 64, 16, 8, true, Activation.SILU);
            default -> throw new IllegalArgumentException("bench: no operation " + operation);
        };
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
