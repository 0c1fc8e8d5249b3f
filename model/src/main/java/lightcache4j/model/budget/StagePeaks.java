package lightcache4j.model.budget;

import lightcache4j.model.budget.Footprint.Held;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;

import java.util.EnumMap;
import java.util.Map;

/// What a rehearsal holds at most of tensors and of weights in each stage, in the memory that it
/// computes in. The two need not come at the same moment: when weights arrive depends on how fast
/// they are copied. But once a component's are all gone, what was held beside them does not count
/// for the next one's.
final class StagePeaks implements MemoryLedger.Observer {
    private final Pool tensorsIn;
    private final Pool weightsIn;
    private final Map<Stage, Held> peaks = new EnumMap<>(Stage.class);
    private Stage current = Stage.LOAD;
    private Held held = Held.NOTHING;
    private Held sinceNone = Held.NOTHING; // the most since there were no weights

    /// @param weights where the backend has weights that were fetched
    StagePeaks(Pool tensors, Pool weights) {
        this.tensorsIn = tensors;
        this.weightsIn = weights;
    }

    @Override
    public void changed(Stage stage, Pool pool, Part part, long bytes) {
        if (stage != current) {
            current = stage;
            sinceNone = held;
            merge(stage); // what is there when a stage begins
        }
        if (part == Part.WEIGHTS && pool == weightsIn) {
            held = new Held(held.tensors(), held.weights() + bytes);
        } else if (part != Part.WEIGHTS && pool == tensorsIn) {
            held = new Held(held.tensors() + bytes, held.weights());
        }
        sinceNone = held.weights() == 0 ? held : sinceNone.most(held);
        merge(stage);
    }

    private void merge(Stage stage) {
        Held both = new Held(sinceNone.tensors(), sinceNone.weights()); // at their most at once
        peaks.merge(stage, both, Held::most);
    }

    Held at(Stage stage) {
        Held most = peaks.getOrDefault(stage, Held.NOTHING);
        return tensorsIn == weightsIn ? most : new Held(most.tensors(), most.weights());
    }

    /// The most of weights in any stage.
    long weights() {
        return peaks.values().stream().mapToLong(Held::weights).max().orElse(0);
    }
}
