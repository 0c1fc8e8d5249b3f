package lightcache4j.model.run.offload;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// Foresees which block is used after which: the one that was last time. The first time it is the
/// next one of the list, and after the last one the first again, as in the next step or the other
/// branch of guidance.
final class Order {
    private final Units units;
    private final Map<Unit, Unit> after = new HashMap<>();
    private @Nullable Unit last;

    Order(Units units) {
        this.units = units;
    }

    /// `block` is being used.
    void used(Unit block) {
        if (last != null) {
            after.put(last, block);
        }
        last = block;
    }

    /// What is expected after `block`.
    Unit next(Unit block) {
        Unit learnt = after.get(block);
        if (learnt != null) {
            return learnt;
        }
        Unit neighbour = units.at(block.neighbour(1));
        return neighbour.isEmpty() ? units.at(block.first()) : neighbour;
    }
}
