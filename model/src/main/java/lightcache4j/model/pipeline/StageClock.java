package lightcache4j.model.pipeline;

import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tensors.Workspace;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/// Runs the stages of a generation, each in a workspace of its own, and keeps account of what each
/// took.
final class StageClock {
    private final Workspace run;
    private final Listener listener;
    private final Map<Stage, Report.Cost> costs = new EnumMap<>(Stage.class);

    StageClock(Workspace run, Listener listener) {
        this.run = run;
        this.listener = listener;
    }

    /// Runs `body` as `stage`. What it allocates is freed at its end, save what it had the run's
    /// workspace adopt.
    <T> T stage(Stage stage, Supplier<T> body) {
        MemoryLedger ledger = run.ledger();
        listener.stage(stage);
        ledger.enter(stage);
        long start = System.nanoTime();
        try (Workspace workspace = run.open()) {
            return workspace.in(body);
        } finally {
            double seconds = (System.nanoTime() - start) * 1e-9;
            long device = ledger.peak(stage, Pool.DEVICE);
            long both = ledger.peak(stage, Pool.HOST) + device;
            costs.put(stage, new Report.Cost(seconds, both, device));
            run.backend().heap().trim();
        }
    }

    Map<Stage, Report.Cost> costs() {
        return costs;
    }
}
