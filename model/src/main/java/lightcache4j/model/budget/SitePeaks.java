package lightcache4j.model.budget;

import lightcache4j.model.run.Chunking;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What a run holds of tensors at most while each site that could be cut is computed whole, for a
/// rehearsal that computes all of them so.
///
/// A site counts until the next one begins, so that what comes between counts too. What is held
/// there does not depend on which sites are cut: where it is too much, cutting the site is of no
/// use, and no harm.
final class SitePeaks implements Chunking, MemoryLedger.Observer {
    private final Map<Place, Long> peaks = new HashMap<>();
    private final Pool pool;
    private Place place = new Place(Stage.LOAD, "");
    private long held;

    /// @param pool that the run computes in
    SitePeaks(Pool pool) {
        this.pool = pool;
    }

    private record Place(Stage stage, String path) {}

    @Override
    public int pieces(Site site) {
        place = new Place(place.stage(), site.path());
        peaks.merge(place, held, Math::max);
        return 1;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public void changed(Stage stage, Pool changed, Part part, long bytes) {
        if (changed != pool || part == Part.WEIGHTS) {
            return;
        }
        if (stage != place.stage()) {
            place = new Place(stage, "");
        }
        held += bytes;
        peaks.merge(place, held, Math::max);
    }

    /// The sites during which more was held.
    ///
    /// @param limit bytes that may be held in a stage
    Set<String> above(ToLongFunction<Stage> limit) {
        return peaks.entrySet().stream()
                .filter(entry -> entry.getValue() > limit.applyAsLong(entry.getKey().stage()))
                .map(entry -> entry.getKey().path())
                .collect(Collectors.toUnmodifiableSet());
    }
}
