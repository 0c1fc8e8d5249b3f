package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// Steps whose output has come apart are computed after all.
class CollapseGuardTest {
    private static final CacheCase CALL = CacheCase.named("uncached");

    private static final String APART =
            "fastercache:spatial_range=1,uncond_timesteps_range=-1;1001,alpha_low=1e6,low_timesteps=-1;1001";

    private static Generation run(SessionFactory sessions) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Generation made = CALL.generate(model, backend, ledger, sessions);
            assertEquals(0, ledger.current(Pool.HOST));
            return made;
        }
    }

    private static Reuse reuse(Generation g, Branch branch) {
        Reuse reuse = g.report().reuse().get(branch);
        assertNotNull(reuse);
        return reuse;
    }

    /// Low or high frequencies of the difference between the branches, a millionfold: no step that
    /// reuses them can stand, so that the run is the uncached one. High ones leave the mean alone.
    @ParameterizedTest
    @ValueSource(strings = {"low", "high"})
    void whatHasComeApartIsComputedAfterAll(String part) {
        String apart = APART.replace("low", part);
        Generation guarded = run(Caching.of(apart + ",collapse_guard=true"));
        Reuse unconditional = reuse(guarded, Branch.UNCONDITIONAL);
        assertEquals(List.of(), unconditional.reused());
        assertEquals(8, unconditional.recomputed());
        assertEquals(10, unconditional.computed());
        assertEquals(0, reuse(guarded, Branch.CONDITIONAL).recomputed());
        assertArrayEquals(
                run(SessionFactory.PLAIN).latents().toFloats(), guarded.latents().toFloats());
    }

    /// Without the guard it does stand: latents far too large.
    @Test
    void withoutTheGuardItStands() {
        Generation free = run(Caching.of(APART + ",max_consecutive=1"));
        Reuse unconditional = reuse(free, Branch.UNCONDITIONAL);
        assertEquals(0, unconditional.recomputed());
        assertFalse(unconditional.reused().isEmpty());
        float largest = 0;
        for (float x : free.latents().toFloats()) {
            largest = Math.max(largest, Math.abs(x));
        }
        assertTrue(largest > 60, "latents are at most " + largest);
    }

    /// Looking changes nothing where there is nothing to mend.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "first-block:threshold=0.66",
                "teacache:threshold=0.5",
                "easycache:threshold=1.0,ret_steps=3",
                "taylorseer:cache_interval=3,use_lite_mode=true",
                "smoothcache:steps=0;1;3;5;8",
                "magcache:mag_ratios=1,threshold=0.5",
                "dbcache:fn_compute_blocks=2,residual_diff_threshold=0.66,max_warmup_steps=2",
            })
    void whatIsPlausibleStands(String policy) {
        Generation free = run(Caching.of(policy));
        Generation guarded = run(Caching.of(policy + ",collapse_guard=true"));
        assertEquals(free.report().reuse(), guarded.report().reuse());
        assertArrayEquals(free.latents().toFloats(), guarded.latents().toFloats());
    }
}
