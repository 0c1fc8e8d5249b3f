package lightcache4j.model.budget;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.offload.Streamed;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Stage;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;

/// The most memory that each stage of a generation holds.
///
/// @param stages in order
public record Footprint(Map<Stage, Held> stages) {
    /// By how much tensors differ where a caching rule is to find that nothing changes, and so
    /// reuses all that it may.
    private static final double UNCHANGED = 0;

    /// The same where it is to find that everything changes, and reuses nothing.
    private static final double CHANGED = 1e6;

    /// What is held at most.
    ///
    /// @param tensors bytes of tensors in working memory
    /// @param weights bytes of weights in memory: of all components where the system decides what
    ///   of them stays; of all that are read where a device keeps them
    /// @param bytes of both together; no more than their sum, as they may be at their most at
    ///   different moments
    public record Held(long tensors, long weights, long bytes) {
        static final Held NOTHING = new Held(0, 0);

        /// Both may be at their most at once.
        Held(long tensors, long weights) {
            this(tensors, weights, tensors + weights);
        }

        Held most(Held other) {
            return new Held(
                    Math.max(tensors, other.tensors),
                    Math.max(weights, other.weights),
                    Math.max(bytes, other.bytes));
        }
    }

    /// What a generation will hold, found by rehearsing it. That is exact on the CPU, save for a
    /// caching rule that goes by what it measures: then it is the most of a run in which nothing
    /// seems to change and of one in which everything does. On a device it is what a run can come
    /// to, after others of the same model too.
    public static Footprint foreseen(Prospect prospect, Economy economy) {
        return foreseen(prospect, economy, (_, _, _, _) -> {});
    }

    /// @param observer told of what each rehearsal holds
    static Footprint foreseen(Prospect prospect, Economy economy, MemoryLedger.Observer observer) {
        Map<Stage, Held> most = new EnumMap<>(Stage.class);
        if (rehearse(prospect, economy, observer, UNCHANGED, most)) {
            rehearse(prospect, economy, observer, CHANGED, most);
        }
        return new Footprint(most);
    }

    /// Rehearses, raises `most` to what is held, and says whether that may depend on the difference
    /// of tensors.
    private static boolean rehearse(
            Prospect prospect,
            Economy economy,
            MemoryLedger.Observer observer,
            double difference,
            Map<Stage, Held> most) {
        try (Rehearsal nothing = new Rehearsal(prospect.pool(), difference)) {
            StagePeaks peaks = new StagePeaks(prospect.pool(), nothing.residency().pool());
            MemoryLedger ledger = new MemoryLedger();
            ledger.observe(
                    (stage, pool, part, bytes) -> {
                        peaks.changed(stage, pool, part, bytes);
                        observer.changed(stage, pool, part, bytes);
                    });
            Engine engine =
                    new Engine(nothing, ledger, Listener.NONE, prospect.sessions(), economy);
            Report report =
                    prospect.open()
                            .pipeline()
                            .generate(engine, prospect.request(), _ -> {})
                            .report();
            for (Stage stage : report.stages().keySet()) {
                Held held = peaks.at(stage);
                if (economy.offload() == Economy.Offload.NONE) {
                    held = new Held(held.tensors(), kept(prospect, peaks));
                }
                most.merge(stage, held, Held::most);
            }
            return nothing.compared();
        }
    }

    /// Weights that are in memory where none are taken out: of a mapped file any may be, on a
    /// device those that were read, which stay for the next run.
    private static long kept(Prospect prospect, StagePeaks peaks) {
        return prospect.pool() == Pool.HOST ? prospect.open().mappedBytes() : peaks.weights();
    }

    /// What a generation will hold without a caching policy, found by rehearsing its first steps.
    public static Footprint ofFirstSteps(Prospect prospect, Economy economy) {
        return foreseen(prospect.ofFirstSteps(), economy);
    }

    /// What a generation on the CPU held.
    ///
    /// @param mapped bytes of weights of all components
    public static Footprint held(Report report, Economy economy, long mapped) {
        boolean streams = economy.offload() != Economy.Offload.NONE;
        Map<Stage, Held> stages = new EnumMap<>(Stage.class);
        report.stages()
                .forEach(
                        (stage, cost) -> {
                            Streamed streamed = report.weights().get(stage);
                            long fetched = streamed == null ? 0 : streamed.peakBytes();
                            long weights = streams ? fetched : mapped;
                            stages.put(stage, new Held(cost.peakBytes(), weights));
                        });
        return new Footprint(stages);
    }

    /// What a stage holds; nothing if there is no such stage.
    public Held at(Stage stage) {
        return stages.getOrDefault(stage, Held.NOTHING);
    }

    /// The stage that holds the most.
    public Stage fullest() {
        return stages.entrySet().stream()
                .max(Comparator.comparingLong(entry -> entry.getValue().bytes()))
                .orElseThrow()
                .getKey();
    }

    /// The most bytes held in any stage.
    public long bytes() {
        return stages.values().stream().mapToLong(Held::bytes).max().orElse(0);
    }

    /// The most bytes of tensors in any stage.
    public long tensors() {
        return stages.values().stream().mapToLong(Held::tensors).max().orElse(0);
    }

    /// The same tensors with the weights of another run.
    Footprint withWeightsOf(Footprint other) {
        Map<Stage, Held> joined = new EnumMap<>(Stage.class);
        stages.forEach(
                (stage, held) -> {
                    joined.put(stage, new Held(held.tensors(), other.at(stage).weights()));
                });
        return new Footprint(joined);
    }
}
