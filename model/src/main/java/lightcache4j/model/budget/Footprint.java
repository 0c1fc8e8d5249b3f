package lightcache4j.model.budget;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.offload.Streamed;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Stage;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The most memory that each stage of a generation holds.
///
/// @param stages in order
public record Footprint(Map<Stage, Held> stages) {
    /// By how much tensors differ in rehearsals where a caching rule measures: not at all, so that
    /// it reuses all that it may, and so much that it reuses nothing.
    private static final List<Double> DIFFERENCES = List.of(0.0, 1e6);

    /// What is held at most.
    ///
    /// @param tensors bytes of tensors in working memory
    /// @param weights bytes of weights in memory: of all components where the system decides what
    ///   of them stays
    public record Held(long tensors, long weights) {
        public long bytes() {
            return tensors + weights;
        }

        private Held most(Held other) {
            return new Held(Math.max(tensors, other.tensors), Math.max(weights, other.weights));
        }
    }

    /// What a generation on the CPU will hold, found by rehearsing it. That is exact, save for a
    /// caching rule that goes by what it measures: then it is the most of a run in which nothing
    /// seems to change and of one in which everything does.
    public static Footprint foreseen(
            OpenPipeline open, Request request, SessionFactory sessions, Economy economy) {
        Map<Stage, Held> most = new EnumMap<>(Stage.class);
        boolean measures = !sessions.equals(SessionFactory.PLAIN);
        for (double difference : measures ? DIFFERENCES : DIFFERENCES.subList(0, 1)) {
            rehearsed(open, request, sessions, economy, difference)
                    .stages()
                    .forEach((stage, held) -> most.merge(stage, held, Held::most));
        }
        return new Footprint(most);
    }

    private static Footprint rehearsed(
            OpenPipeline open,
            Request request,
            SessionFactory sessions,
            Economy economy,
            double difference) {
        try (Rehearsal nothing = new Rehearsal(Pool.HOST, difference)) {
            MemoryLedger ledger = new MemoryLedger();
            Engine engine = new Engine(nothing, ledger, Listener.NONE, sessions, economy);
            Report report = open.pipeline().generate(engine, request, _ -> {}).report();
            return held(report, economy, open.mappedBytes());
        }
    }

    /// What a generation held.
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
        return stages.getOrDefault(stage, new Held(0, 0));
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
