package lightcache4j.bench;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.SequenceCases;
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

/// Attention of as many queries as keys.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class AttentionBenchmark {
    @Param("cpu")
    public String backend = "";

    @Param({"1", "2"})
    public int threads;

    /// Tokens, heads, width of a head.
    @Param({"336x6x32", "1024x12x64", "1024x12x128"})
    public String size = "";

    private @Nullable Timed timed;

    @Setup
    public void open() {
        timed = Timed.open(backend, threads, opCase());
    }

    private OpCase opCase() {
        String[] s = size.split("x", -1);
        int tokens = Integer.parseInt(s[0]);
        return SequenceCases.attention(
                tokens, tokens, Integer.parseInt(s[1]), Integer.parseInt(s[2]));
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
