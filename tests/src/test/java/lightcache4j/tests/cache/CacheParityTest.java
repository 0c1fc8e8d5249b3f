package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Each policy against the original: the same steps are skipped, and what comes of it is the same.
class CacheParityTest {

    static Stream<CacheCase> cases() {
        return CacheCase.cached();
    }

    static Map<Branch, List<Integer>> reused(Generation generation) {
        Map<Branch, List<Integer>> reused = new EnumMap<>(Branch.class);
        generation.report().reuse().forEach((branch, r) -> reused.put(branch, r.reused()));
        return reused;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void skipsWhatTheOriginalSkips(CacheCase c) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Generation g = c.generate(model, backend, ledger, Caching.of(c.policy()));
            assertEquals(c.skipped(), reused(g), "steps skipped");
            Values latents = Values.of(g.latents());
            Parity.assertNear(c + ", latents", c.latents(), latents, Parity.FRAMES);
            assertFalse(
                    Parity.near(c.uncached(), latents, 10 * Parity.FRAMES),
                    "nothing differs from the uncached run: the case shows nothing");
            for (Reuse reuse : g.report().reuse().values()) {
                assertEquals(
                        c.request().sampling().steps(), reuse.computed() + reuse.reused().size());
            }
        }
    }

    @Test
    void withoutAPolicyNothingIsReused() {
        CacheCase c = CacheCase.named("uncached");
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Generation g = c.generate(model, backend, ledger, SessionFactory.PLAIN);
            assertEquals(Map.of(), g.report().reuse());
            Parity.assertNear("latents", c.latents(), Values.of(g.latents()), Parity.FRAMES);
        }
    }
}
