package lightcache4j.cli.ablate;

import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.NumericFailure;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.UnusableCache;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/// Runs a plan.
///
/// Before anything is timed, every row runs on a case that is not measured; policies that cannot
/// run here are left out, and where none is asked for, the policy of the rows `cache…` is chosen
/// there ([Choice]). Then, for each case, the baseline runs and after it every other row, in an
/// order drawn anew for each case: a machine that becomes slower or faster meanwhile favours no
/// row, nor does what the row before left in caches, and each row is compared with the baseline of
/// its own minute. All rows of a case begin with the same noise.
public final class Experiment {
    private static final int TRIALS = 3;

    /// Rounds of warming up, at most.
    private static final int ROUNDS = 6;

    /// Nanoseconds of warming up after which no further round begins.
    private static final long ENOUGH = 12_000_000_000L;

    /// Seed of the orders that rows run in.
    private static final int ORDER = 1;

    private final Plan plan;
    private final String backend;
    private final Pool pool;
    private final Runs runs;
    private final Watcher watcher;
    private final int steps;
    private final List<Results.LeftOut> leftOut = new ArrayList<>();
    private final Map<String, List<Reading>> readings = new LinkedHashMap<>();
    private final Map<String, Exhibit> exhibits = new LinkedHashMap<>();

    /// Is told how far an experiment has come.
    public interface Watcher {
        /// A part of the experiment begins.
        void begin(String part);

        /// `done` of `total` clips of the part are made.
        void progress(int done, int total);

        /// One line for the user.
        void note(String line);
    }

    /// @param open the checkpoint
    /// @param backend what computes
    /// @param ledger what counts bytes
    public Experiment(
            OpenPipeline open, Backend backend, MemoryLedger ledger, Plan plan, Watcher watcher) {
        this.plan = plan;
        this.backend = backend.description();
        this.pool = backend.heap().pool();
        this.runs = new Runs(open, backend, ledger, plan, watcher);
        this.watcher = watcher;
        this.steps = plan.sampling().steps();
    }

    /// Runs all of it.
    ///
    /// @throws NothingToCompare if no policy is asked for and none can run
    /// @throws UnusableCache if the policy asked for cannot run on this checkpoint
    public Results run() {
        List<Contender> policies = policies();
        watcher.begin("warm up");
        Choice choice = warmUp(policies);
        Contenders rows =
                Contenders.of(
                        choice.policy(),
                        plan.caching().apply(choice.policy()),
                        plan.chunks(),
                        policies);
        warmUp(rows);
        watcher.begin("measure");
        measure(rows);
        if (plan.pictures()) {
            watcher.begin("watch");
            watch(rows);
        }
        return new Results(
                plan,
                backend,
                pool,
                choice.policy(),
                choice.why(),
                rows(rows),
                leftOut,
                exhibits(rows));
    }

    /// The policies that can be set up.
    private List<Contender> policies() {
        List<Contender> policies = new ArrayList<>();
        for (PolicyList.Entry entry : plan.policies()) {
            try {
                SessionFactory caching = plan.caching().apply(entry.text());
                String name = "policy:" + entry.name();
                policies.add(new Contender(name, entry.text(), caching, Economy.NONE));
            } catch (UnusableCache e) {
                leaveOut(entry.name(), e);
            }
        }
        return policies;
    }

    private void leaveOut(String name, RuntimeException reason) {
        var left = new Results.LeftOut(name, String.valueOf(reason.getMessage()));
        leftOut.add(left);
        watcher.note("%s is left out; %s".formatted(left.name(), left.reason()));
    }

    /// Runs the baseline and every policy; removes those that fail, and chooses.
    private Choice warmUp(List<Contender> policies) {
        Clip reference = runs.make(Contender.BASELINE, plan.heldOut(), steps);
        int total = policies.size() + 1;
        int done = 1;
        watcher.progress(done, total);
        for (Contender policy : List.copyOf(policies)) {
            try {
                runs.make(policy, plan.heldOut(), steps);
            } catch (UnusableCache | NumericFailure e) {
                policies.remove(policy);
                leaveOut(policy.name().substring(policy.name().indexOf(':') + 1), e);
            }
            watcher.progress(++done, total);
        }
        return plan.cache() == null ? choose(policies, reference) : Choice.given(plan.cache());
    }

    private Choice choose(List<Contender> policies, Clip reference) {
        watcher.begin("choose");
        List<Reading> tried = policies.stream().map(_ -> new Reading()).toList();
        int total = TRIALS * policies.size();
        for (int i = 0; i < total; i++) {
            int p = i % policies.size();
            Clip clip = runs.make(policies.get(p), plan.heldOut(), steps);
            tried.get(p).add(clip.report());
            if (i < policies.size()) {
                tried.get(p).compare(clip.frames(), reference.frames());
            }
            watcher.progress(i + 1, total);
        }
        List<Choice.Trial> trials = new ArrayList<>();
        for (int p = 0; p < policies.size(); p++) {
            trials.add(
                    new Choice.Trial(
                            policies.get(p).how(),
                            tried.get(p).least(Column.DENOISE_SECONDS),
                            tried.get(p).median(Column.PSNR)));
        }
        return Choice.of(trials).orElseThrow(Experiment::nothing);
    }

    private static NothingToCompare nothing() {
        return new NothingToCompare(
                "ablate: no policy of --policies runs on this checkpoint, wanted one, or --cache");
    }

    /// Runs the rows that differ in technique; small clips some times over, since they are made
    /// long before the JVM has compiled all that they need.
    private void warmUp(Contenders rows) {
        List<Contender> techniques = rows.techniques();
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < techniques.size(); i++) {
                runs.make(techniques.get(i), plan.heldOut(), steps);
                watcher.progress(round * techniques.size() + i + 1, ROUNDS * techniques.size());
            }
            if (System.nanoTime() - start > ENOUGH) {
                return;
            }
        }
    }

    private void measure(Contenders rows) {
        List<Plan.Case> cases = plan.cases();
        int total = plan.repeat() * cases.size() * (rows.all().size() + 1);
        Random random = new Random(ORDER);
        int done = 0;
        for (int repeat = 0; repeat < plan.repeat(); repeat++) {
            for (int c = 0; c < cases.size(); c++) {
                Clip reference = runs.make(Contender.BASELINE, cases.get(c), steps);
                read(Contender.BASELINE, c, reference, reference);
                watcher.progress(++done, total);
                for (List<Contender> unit : rows.order(random)) {
                    int taken = steps;
                    for (Contender row : unit) {
                        Clip clip = runs.make(row, cases.get(c), taken);
                        Reading reading = read(row, c, clip, reference);
                        taken = (int) Math.ceil(reading.median(Column.STEPS_COMPUTED));
                        watcher.progress(++done, total);
                    }
                }
            }
        }
    }

    private Reading read(Contender row, int index, Clip clip, Clip reference) {
        List<Reading> cases = readings.computeIfAbsent(row.name(), _ -> new ArrayList<>());
        boolean again = index < cases.size();
        if (!again) {
            cases.add(new Reading());
        }
        Reading reading = cases.get(index);
        reading.add(clip.report());
        if (!again) {
            reading.compare(clip.frames(), reference.frames());
            if (index == 0 && plan.pictures()) {
                exhibits.put(row.name(), Exhibit.of(row.name(), clip.frames()));
            }
        }
        return reading;
    }

    /// Runs the baseline and the rows that differ in technique once more, and looks at their
    /// memory.
    private void watch(Contenders rows) {
        List<Contender> watched = new ArrayList<>(rows.techniques());
        watched.addFirst(Contender.BASELINE);
        for (int i = 0; i < watched.size(); i++) {
            MemoryTrace trace = new MemoryTrace(pool);
            runs.make(watched.get(i), plan.cases().getFirst(), steps, trace);
            exhibits.computeIfPresent(watched.get(i).name(), (_, shown) -> shown.with(trace));
            watcher.progress(i + 1, watched.size());
        }
    }

    private List<Results.Row> rows(Contenders contenders) {
        List<Reading> baseline = cases(Contender.BASELINE);
        return inOrder(contenders).map(row -> Results.Row.of(row, cases(row), baseline)).toList();
    }

    private List<Exhibit> exhibits(Contenders contenders) {
        return inOrder(contenders)
                .filter(row -> exhibits.containsKey(row.name()))
                .map(row -> Objects.requireNonNull(exhibits.get(row.name())))
                .toList();
    }

    private static Stream<Contender> inOrder(Contenders contenders) {
        return Stream.concat(Stream.of(Contender.BASELINE), contenders.all().stream());
    }

    private List<Reading> cases(Contender row) {
        return readings.getOrDefault(row.name(), List.of());
    }
}
