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
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What a run holds of tensors at most while each site that could be cut is computed, for a
/// rehearsal that computes all of them whole, or all of them in pieces.
///
/// A site counts until the next one begins, so that what comes between counts too. What is held
/// there does not depend on which other sites are cut.
final class SitePeaks implements Chunking, MemoryLedger.Observer {
    private final Map<Place, Long> peaks = new HashMap<>();
    private final Pool pool;
    private final int pieces;
    private Place place = new Place(Stage.LOAD, "");
    private long held;

    /// @param pool that the run computes in
    /// @param pieces of each site, at least 1
    SitePeaks(Pool pool, int pieces) {
        this.pool = pool;
        this.pieces = pieces;
    }

    private record Place(Stage stage, String path) {}

    @Override
    public int pieces(Site site) {
        place = new Place(place.stage(), site.path());
        peaks.merge(place, held, Math::max);
        return pieces;
    }

    @Override
    public int most() {
        return pieces;
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
        return paths((place, bytes) -> bytes > limit.applyAsLong(place.stage()));
    }

    /// The sites during which more was held than in another run.
    Set<String> above(SitePeaks other) {
        return paths((place, bytes) -> bytes > other.peaks.getOrDefault(place, Long.MAX_VALUE));
    }

    private Set<String> paths(BiPredicate<Place, Long> wanted) {
        return peaks.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey(), entry.getValue()))
                .map(entry -> entry.getKey().path())
                .collect(Collectors.toUnmodifiableSet());
    }
}
