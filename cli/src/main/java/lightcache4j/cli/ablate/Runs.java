package lightcache4j.cli.ablate;

import lightcache4j.cli.media.Frame;
import lightcache4j.model.budget.ChunkPlanner;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes clips, all on one backend.
final class Runs {
    private final OpenPipeline open;
    private final Backend backend;
    private final MemoryLedger ledger;
    private final Plan plan;
    private final Listener listener;
    private final Map<Economy, Economy> economies = new HashMap<>(); // found in warming up

    Runs(
            OpenPipeline open,
            Backend backend,
            MemoryLedger ledger,
            Plan plan,
            Experiment.Watcher watcher) {
        this.open = open;
        this.backend = backend;
        this.ledger = ledger;
        this.plan = plan;
        this.listener = new Once(watcher);
    }

    /// One clip. Frames are kept as they come, and looked at only afterwards: judging them is not
    /// timed.
    Clip make(Contender row, Plan.Case wanted, int steps) {
        Request request = plan.request(wanted, steps);
        Prospect prospect =
                new Prospect(open, request, SessionFactory.PLAIN, backend.heap().pool());
        Economy economy =
                economies.computeIfAbsent(row.economy(), e -> ChunkPlanner.wherePays(prospect, e));
        Engine engine = new Engine(backend, ledger, listener, row.sessions(), economy);
        List<Frame> frames = new ArrayList<>();
        ledger.resetPeaks();
        Report report =
                open.pipeline()
                        .generate(engine, request, frame -> frames.add(Frame.of(frame)))
                        .report();
        return new Clip(frames, report);
    }

    /// One clip, watched: telling of every change takes time, so what it took means nothing.
    Clip make(Contender row, Plan.Case wanted, int steps, MemoryTrace trace) {
        ledger.observe(trace);
        try {
            return make(row, wanted, steps);
        } finally {
            ledger.observe(null);
            trace.finish();
        }
    }

    /// Passes on each notice once: hundreds of runs have the same to say.
    private static final class Once implements Listener {
        private final Experiment.Watcher watcher;
        private final Set<String> told = new HashSet<>();

        Once(Experiment.Watcher watcher) {
            this.watcher = watcher;
        }

        @Override
        public void notice(String line) {
            if (told.add(line)) {
                watcher.note(line);
            }
        }
    }
}
