package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Which weights are in a backend's memory though nobody has fetched them, because an operation
/// read them, and a ledger that counts these: see [Residency#count]. Whoever fetches a weight
/// counts it.
///
/// @param <K> what a weight is known by
public final class UnfetchedWeights<K> {
    private final Pool pool;
    private final Map<K, Long> here = new HashMap<>();

    /// What was fetched and not given up since: still so if it had to make room in between.
    private final Set<K> fetched = new HashSet<>();

    private @Nullable MemoryLedger ledger;

    /// @param pool that the backend computes in
    public UnfetchedWeights(Pool pool) {
        this.pool = pool;
    }

    /// A weight is here now.
    public void came(K weight, long bytes) {
        if (here.put(weight, bytes) == null && !fetched.contains(weight)) {
            count(bytes);
        }
    }

    /// A weight is no longer here.
    public void left(K weight) {
        Long bytes = here.remove(weight);
        if (bytes != null && !fetched.contains(weight)) {
            count(-bytes);
        }
    }

    /// From now on somebody else counts a weight, whether or not it is here.
    public void fetched(K weight) {
        if (fetched.add(weight) && here.containsKey(weight)) {
            count(-here.getOrDefault(weight, 0L));
        }
    }

    /// Nobody else counts a weight any more, which has left.
    public void givenUp(K weight) {
        fetched.remove(weight);
    }

    /// Nobody else counts such weights any more, which have left.
    public void givenUp(Predicate<K> weights) {
        fetched.removeIf(weights);
    }

    /// Has a ledger count, in place of the one before; null for none.
    public void countIn(@Nullable MemoryLedger next) {
        long bytes =
                here.entrySet().stream()
                        .filter(entry -> !fetched.contains(entry.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        count(-bytes);
        ledger = next;
        count(bytes);
    }

    private void count(long bytes) {
        if (ledger == null || bytes == 0) {
            return;
        }
        if (bytes > 0) {
            ledger.allocated(pool, Part.WEIGHTS, bytes);
        } else {
            ledger.freed(pool, Part.WEIGHTS, -bytes);
        }
    }
}
