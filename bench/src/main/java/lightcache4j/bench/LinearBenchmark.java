package lightcache4j.bench;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
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

/// Linear layers: those of the demo's blocks, and one of a model of width 1536.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LinearBenchmark {
    @Param("cpu")
    public String backend = "";

    @Param({"1", "2"})
    public int threads;

    /// Rows, inputs, outputs.
    @Param({"80x192x192", "80x192x768", "256x768x192", "1x192x1152", "1024x1536x1536"})
    public String size = "";

    @Param({"F32", "BF16", "I8"})
    public String weights = "";

    private @Nullable Timed timed;

    @Setup
    public void open() {
        timed = Timed.open(backend, threads, opCase());
    }

    private OpCase opCase() {
        String[] s = size.split("x", -1);
        return SequenceCases.linear(
                Integer.parseInt(s[0]),
                Integer.parseInt(s[1]),
                Integer.parseInt(s[2]),
                DType.valueOf(weights),
                Activation.NONE);
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
