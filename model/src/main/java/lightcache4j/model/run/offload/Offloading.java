package lightcache4j.model.run.offload;

import lightcache4j.model.run.Economy;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Stage;
import lightcache4j.weights.Checkpoint;

import java.util.EnumMap;
import java.util.Map;

/// Where the weights of one generation are, and what it took to have them there.
public final class Offloading {
    private final Economy.Offload offload;
    private final Backend backend;
    private final MemoryLedger ledger;
    private final Map<Stage, Traffic> traffic = new EnumMap<>(Stage.class);

    /// @param ledger counts what is fetched until it is evicted, in the pool of the backend's
    ///   residency
    public Offloading(Economy.Offload offload, Backend backend, MemoryLedger ledger) {
        this.offload = offload;
        this.backend = backend;
        this.ledger = ledger;
    }

    /// The weights of a component while the current stage uses them.
    public WeightStream open(Checkpoint component) {
        return switch (offload) {
            case NONE -> WeightStream.NONE;
            case COMPONENT -> new BlockStream(new Units(component), copies(), true);
            case BLOCK -> new BlockStream(new Units(component), copies(), false);
            case DISK -> new LayerStream(new Units(component), copies());
        };
    }

    private Copies copies() {
        Traffic stage = traffic.computeIfAbsent(ledger.stage(), _ -> new Traffic());
        return new Copies(backend.residency(), ledger, stage);
    }

    /// What was fetched so far, for each stage that fetched anything.
    public Map<Stage, Streamed> streamed() {
        Map<Stage, Streamed> totals = new EnumMap<>(Stage.class);
        traffic.forEach((stage, counts) -> totals.put(stage, counts.total()));
        return totals;
    }
}
