package lightcache4j.tests.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.budget.ChunkPlanner;
import lightcache4j.model.budget.Footprint;
import lightcache4j.model.budget.InsufficientBudget;
import lightcache4j.model.budget.MemoryPlan;
import lightcache4j.model.budget.MemoryPlanner;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.PipelineCase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Plans against what runs hold that follow them.
class MemoryPlannerTest {
    private static final PipelineCase TEXT = PipelineCase.named("text_to_video");
    private static final long PLENTY = Long.MAX_VALUE;

    private static Prospect prospect(OpenPipeline open, PipelineCase c, SessionFactory sessions) {
        return new Prospect(open, c.request(), sessions, Pool.HOST);
    }

    private static Prospect plain(OpenPipeline open) {
        return prospect(open, TEXT, SessionFactory.PLAIN);
    }

    /// Budgets from ample to what cannot be, each run as planned.
    private static void followPlans(PipelineCase c, SessionFactory sessions, boolean exact) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline open = c.open(ledger)) {
            MemoryPlanner planner = new MemoryPlanner(prospect(open, c, sessions));
            long least = least(planner, Economy.DEFAULT);
            long budget = planner.plan(Economy.DEFAULT, PLENTY).foreseen().bytes();
            assertTrue(least < budget, "nothing can be saved");
            while (budget >= least) {
                MemoryPlan plan = planner.plan(Economy.DEFAULT, budget);
                assertTrue(plan.foreseen().bytes() <= budget);
                Footprint held = held(c, open, sessions, plan.economy());
                assertTrue(held.bytes() <= budget, held + " of " + plan);
                held.stages()
                        .forEach(
                                (stage, h) ->
                                        assertTrue(
                                                h.bytes() <= plan.foreseen().at(stage).bytes(),
                                                () -> stage + ": " + held + " of " + plan));
                if (exact) {
                    assertEquals(plan.foreseen(), held, () -> plan.toString());
                } else {
                    long within = plan.foreseen().bytes() * 95 / 100;
                    assertTrue(held.bytes() >= within, held + " of " + plan);
                }
                budget = plan.foreseen().bytes() - 1;
            }
        }
    }

    private static long least(MemoryPlanner planner, Economy asked) {
        InsufficientBudget refusal =
                assertThrows(InsufficientBudget.class, () -> planner.plan(asked, 1));
        assertEquals(1, refusal.budget());
        return refusal.least();
    }

    private static Footprint held(
            PipelineCase c, OpenPipeline open, SessionFactory sessions, Economy economy) {
        try (Backend backend = Backends.preferred().open(2)) {
            MemoryLedger ledger = new MemoryLedger();
            Engine engine = new Engine(backend, ledger, Listener.NONE, sessions, economy);
            Report report = c.generate(open, engine).generation().report();
            return Footprint.held(report, economy, open.mappedBytes());
        }
    }

    static Stream<PipelineCase> pipelines() {
        return PipelineCase.all();
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void runsHoldWhatWasForeseen(PipelineCase c) {
        followPlans(c, SessionFactory.PLAIN, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uniform:interval=2",
                "taylorseer:cache_interval=2,disable_cache_before_step=1",
                "pab:timesteps=-1;1001"
            })
    void cachedRunsHoldWhatWasForeseen(String policy) {
        followPlans(TEXT, Caching.of(policy), true);
    }

    /// What these reuse depends on numbers that a rehearsal does not have.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "first-block:threshold=0.05",
                "first-block:threshold=100",
                "easycache:threshold=0.1,ret_steps=1",
                "dbcache:fn_compute_blocks=1,max_warmup_steps=0,residual_diff_threshold=0.3"
            })
    void runsThatMeasureHoldNoMoreThanForeseen(String policy) {
        followPlans(TEXT, Caching.of(policy), false);
    }

    @Test
    void aPlanDoesNoMoreThanItMust() {
        try (OpenPipeline open = TEXT.open(new MemoryLedger())) {
            MemoryPlanner planner = new MemoryPlanner(plain(open));
            MemoryPlan ample = planner.plan(Economy.DEFAULT, PLENTY);
            assertEquals(Economy.DEFAULT, ample.economy());
            assertEquals(Map.of(), ample.without());
            long least = least(planner, Economy.DEFAULT);
            MemoryPlan tight = planner.plan(Economy.DEFAULT, least);
            assertEquals(Set.of("--offload disk", "--swap"), tight.without().keySet());
            MemoryPlan some = planner.plan(Economy.DEFAULT, ample.foreseen().bytes() - 1);
            assertEquals(0, some.economy().tile(), "tiles change the result");
            some.without().values().forEach(bytes -> assertTrue(bytes > some.budget()));
        }
    }

    @Test
    void whatIsAskedForIsDone() {
        Economy asked = Economy.DEFAULT.withChunks(3).withOffload(Economy.Offload.BLOCK);
        try (OpenPipeline open = TEXT.open(new MemoryLedger())) {
            MemoryPlanner planner = new MemoryPlanner(plain(open));
            Economy ample = planner.plan(asked, PLENTY).economy();
            assertEquals(ChunkPlanner.wherePays(plain(open), asked), ample);
            MemoryPlan tight = planner.plan(asked, least(planner, asked));
            assertTrue(tight.economy().chunks() >= asked.chunks());
            assertTrue(tight.economy().offload().compareTo(asked.offload()) >= 0);
        }
    }

    @Test
    void whatAPolicyKeepsCounts() {
        try (OpenPipeline open = TEXT.open(new MemoryLedger())) {
            SessionFactory caching = Caching.of("uniform:interval=2");
            long plain = foreseen(open, SessionFactory.PLAIN);
            long kept = foreseen(open, caching);
            assertTrue(kept > plain, kept + " bytes with a policy, " + plain + " without");
        }
    }

    private static long foreseen(OpenPipeline open, SessionFactory sessions) {
        Economy swapped = Economy.DEFAULT.withOffload(Economy.Offload.DISK);
        Footprint foreseen = Footprint.foreseen(prospect(open, TEXT, sessions), swapped);
        return foreseen.at(Stage.DENOISE).tensors();
    }
}
