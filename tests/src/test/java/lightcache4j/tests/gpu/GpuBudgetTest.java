package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.budget.InsufficientBudget;
import lightcache4j.model.budget.MemoryPlan;
import lightcache4j.model.budget.MemoryPlanner;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tests.parity.PipelineCase;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/// Plans for the device's memory against what runs take of it that follow them.
@Tag("gpu")
class GpuBudgetTest {
    @RegisterExtension private final OpenDevice device = new OpenDevice();

    /// What a run took of the device.
    ///
    /// @param counted bytes, as the report says
    /// @param held bytes of the device's arrays
    private record Taken(long counted, long held) {}

    /// Budgets from ample to what cannot be, each run as planned.
    ///
    /// @param off by how much the device's arrays may differ from what was foreseen: a range of
    ///   them is a multiple of 64 bytes, which is much beside weights as small as those of the
    ///   second model
    @ParameterizedTest
    @CsvSource({
        "text_to_video, '', 0.05",
        "image_to_video_noised, '', 0.08",
        "int8, '', 0.08",
        "text_to_video, 'uniform:interval=2', 0.05",
    })
    void runsTakeWhatWasForeseen(String name, String policy, double off) {
        PipelineCase c = PipelineCase.named(name);
        SessionFactory sessions = policy.isEmpty() ? SessionFactory.PLAIN : Caching.of(policy);
        try (OpenPipeline open = c.open(new MemoryLedger())) {
            MemoryPlanner planner =
                    new MemoryPlanner(new Prospect(open, c.request(), sessions, Pool.DEVICE));
            long least =
                    assertThrows(InsufficientBudget.class, () -> planner.plan(Economy.DEFAULT, 1))
                            .least();
            long budget = Long.MAX_VALUE;
            int plans = 0;
            while (budget >= least) {
                MemoryPlan plan = planner.plan(Economy.DEFAULT, budget);
                assertTrue(plan.foreseen().bytes() <= budget);
                follow(plan, off, c, sessions);
                budget = plan.foreseen().bytes() - 1;
                plans++;
            }
            assertTrue(plans >= 4, "only " + plans + " plans");
        }
    }

    /// A first run, and one that finds on the device what the first left there.
    private void follow(MemoryPlan plan, double off, PipelineCase c, SessionFactory how) {
        long foreseen = plan.foreseen().bytes();
        try (OpenPipeline open = c.open(new MemoryLedger())) {
            for (int run = 0; run < 2; run++) {
                Taken taken = taken(plan.economy(), c, open, how);
                String all = "run " + run + ": " + taken + ", foreseen " + foreseen + " by " + plan;
                assertTrue(taken.counted() <= foreseen, all);
                assertTrue(taken.counted() >= 0.95 * foreseen, all);
                assertTrue(Math.abs(taken.held() - foreseen) <= off * foreseen, all);
            }
        }
    }

    private Taken taken(Economy economy, PipelineCase c, OpenPipeline open, SessionFactory how) {
        MemoryLedger ledger = new MemoryLedger();
        List<Report> reports = new ArrayList<>();
        Launches launches =
                Launches.of(
                        told -> {
                            Engine engine =
                                    new Engine(device.backend(), ledger, told, how, economy);
                            reports.add(c.generate(open, engine).generation().report());
                        });
        assertEquals(0, ledger.current(Pool.DEVICE));
        return new Taken(reports.getFirst().deviceBytes(), launches.mostHeld());
    }
}
