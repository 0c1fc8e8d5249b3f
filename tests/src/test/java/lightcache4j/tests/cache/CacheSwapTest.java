package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// What is kept may leave memory between uses, under every policy, and nothing changes.
class CacheSwapTest {
    private static final CacheCase CALL = CacheCase.named("uncached");

    static Stream<String> policies() {
        return CacheCase.cached().map(CacheCase::policy);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void swappingChangesNothing(String policy) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            long mapped = ledger.current(Pool.DISK); // weights
            Generation stays = run(model, backend, ledger, policy, Economy.DEFAULT);
            Economy swaps = Economy.DEFAULT.withSwap(Swap.Settings.ON);
            Generation leaves = run(model, backend, ledger, policy, swaps);
            assertArrayEquals(stays.latents().toFloats(), leaves.latents().toFloats());
            assertEquals(stays.report().reuse(), leaves.report().reuse());
            assertEquals(0, ledger.current(Pool.HOST));
            assertEquals(mapped, ledger.current(Pool.DISK));
        }
    }

    /// What was moved of features; `in` without the embeddings of prompts, which come back for each
    /// step that is computed.
    private record Moved(long out, long in) {}

    /// What stands in for a whole model stays in memory from one step that reuses it to the next,
    /// so what is moved goes by the steps that are computed: out when it is new, back for the first
    /// step that reuses it, and back once more to be held against what is computed next.
    @Test
    void whatStandsInIsFetchedOnceForAllStepsThatReuseIt() {
        Moved often = moved("taylorseer:cache_interval=2,use_lite_mode=true");
        Moved seldom = moved("taylorseer:cache_interval=4,use_lite_mode=true");
        assertTrue(seldom.out() < often.out());
        assertEquals(2 * (often.out() - seldom.out()), often.in() - seldom.in());
    }

    private static Moved moved(String policy) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Economy swaps = Economy.DEFAULT.withSwap(Swap.Settings.ON);
            Report report = run(model, backend, ledger, policy, swaps).report();
            long tokens = CALL.request().sampling().maxSequenceLength();
            long width = model.pipeline().transformer().config().textDim();
            long computed = report.reuse().values().stream().mapToLong(Reuse::computed).sum();
            long embeddings = computed * tokens * width * Float.BYTES;
            return new Moved(report.swap().bytesOut(), report.swap().bytesIn() - embeddings);
        }
    }

    private static Generation run(
            OpenPipeline model, Backend backend, MemoryLedger ledger, String policy, Economy e) {
        Engine engine = new Engine(backend, ledger, Listener.NONE, Caching.of(policy), e);
        return model.pipeline().generate(engine, CALL.request(), _ -> {});
    }
}
