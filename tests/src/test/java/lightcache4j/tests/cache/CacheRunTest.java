package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What holds under every policy: limits, memory, one run after another.
class CacheRunTest {
    private static final CacheCase CALL = CacheCase.named("uncached");

    static Stream<String> policies() {
        return CacheCase.cached().map(CacheCase::policy);
    }

    private static Generation run(String policy) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            return CALL.generate(model, backend, ledger, Caching.of(policy));
        }
    }

    /// The limits, on a policy that would reuse every step but the first.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uniform:interval=100 | 1 2 3 4 5 6 7 8 9",
                "uniform:interval=100,warmup_steps=4 | 4 5 6 7 8 9",
                "uniform:interval=100,compute_last=true | 1 2 3 4 5 6 7 8",
                "uniform:interval=100,max_consecutive=2 | 1 2 4 5 7 8",
                "uniform:interval=100,warmup_steps=3,max_consecutive=1,compute_last=true | 3 5 7",
                "first-block:threshold=100,warmup_steps=2,max_consecutive=3 | 2 3 4 6 7 8",
                "taylorseer:cache_interval=9,use_lite_mode=true,compute_last=true | 3 5 6 7 8",
            })
    void limitsHold(String policy, String expected) {
        List<Integer> steps = Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList();
        Generation g = run(policy);
        for (Branch branch : Branch.values()) {
            Reuse reuse = g.report().reuse().get(branch);
            assertNotNull(reuse);
            assertEquals(steps, reuse.reused(), branch.name());
        }
    }

    /// A run leaves nothing behind for the next, in memory or in state, and decodes with no more
    /// memory than without a policy.
    @ParameterizedTest
    @MethodSource("policies")
    void eachRunBeginsAnew(String policy) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Caching caching = Caching.of(policy);
            Report plain = CALL.generate(model, backend, ledger, SessionFactory.PLAIN).report();
            Generation first = CALL.generate(model, backend, ledger, caching);
            assertEquals(0, ledger.current(Pool.HOST));
            Generation second = CALL.generate(model, backend, ledger, caching);
            assertEquals(0, ledger.current(Pool.HOST));
            assertEquals(first.report().reuse(), second.report().reuse());
            assertArrayEquals(first.latents().toFloats(), second.latents().toFloats());
            assertEquals(plain.stages().get(Stage.DECODE).peakBytes(), decodePeak(first));
        }
    }

    private static long decodePeak(Generation g) {
        return g.report().stages().get(Stage.DECODE).peakBytes();
    }

    /// A block puts out `[72, 16]` of the video and `[256, 16]` of the text; the last one puts out
    /// the video alone. What goes into the first block is kept for as long as all are run, for the
    /// residual of all.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uniform:interval=2 | 1152",
                "uniform:interval=2,branch=1 | 1152",
                "magcache:mag_ratios=1 | 6400",
            })
    void oneTensorIsKeptPerSpan(String policy, long numbers) {
        for (Reuse reuse : run(policy).report().reuse().values()) {
            assertEquals(numbers * Float.BYTES, reuse.peakBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform:interval=1", "taylorseer:disable_cache_after_step=0"})
    void aPolicyThatNeverReusesChangesNothing(String policy) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Generation plain = CALL.generate(model, backend, ledger, SessionFactory.PLAIN);
            Generation cached = CALL.generate(model, backend, ledger, Caching.of(policy));
            assertArrayEquals(plain.latents().toFloats(), cached.latents().toFloats());
        }
    }
}
