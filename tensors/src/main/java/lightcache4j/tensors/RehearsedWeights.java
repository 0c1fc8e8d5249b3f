package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.BooleanSupplier;

/// Weights in the memory of a rehearsed backend that has memory of its own: they come when an
/// operation reads them, or are fetched, and stay until they are evicted. There is room for all.
final class RehearsedWeights implements Residency {
    private final Pool pool;
    private final UnfetchedWeights<Key> weights;

    private record Key(Storage storage, long offset) {
        static Key of(Tensor weight) {
            return new Key(weight.storage(), weight.offset());
        }
    }

    RehearsedWeights(Pool pool) {
        this.pool = pool;
        this.weights = new UnfetchedWeights<>(pool);
    }

    /// An operation reads a weight, if there is one. What is not in a mapped file may change, and
    /// so does not stay.
    synchronized void read(@Nullable Tensor weight) {
        if (weight != null && weight.storage().pool() == Pool.DISK) {
            weights.came(Key.of(weight), weight.byteSize());
        }
    }

    @Override
    public Pool pool() {
        return pool;
    }

    @Override
    public synchronized void fetch(List<Tensor> fetched, BooleanSupplier wanted) {
        fetched.forEach(weight -> weights.fetched(Key.of(weight)));
    }

    @Override
    public synchronized void evict(List<Tensor> evicted) {
        for (Tensor weight : evicted) {
            weights.left(Key.of(weight));
            weights.givenUp(Key.of(weight));
        }
    }

    @Override
    public Count count(MemoryLedger ledger) {
        countIn(ledger);
        return () -> countIn(null);
    }

    private synchronized void countIn(@Nullable MemoryLedger ledger) {
        weights.countIn(ledger);
    }
}
