package lightcache4j.tensors;

import java.util.List;
import java.util.function.BooleanSupplier;

/// Brings weights to where a backend computes, and takes them away again: physical memory for one
/// that reads mapped files in place, a device for one that computes there.
///
/// Weights that were not fetched may be used all the same, only more slowly. Both calls come from
/// one thread, which is not the one that computes; other weights are in use meanwhile.
public interface Residency {
    /// Where fetched weights are.
    Pool pool();

    /// Returns when the weights are there, or as soon as may be after `wanted` has turned false.
    void fetch(List<Tensor> weights, BooleanSupplier wanted);

    /// Gives back what the weights occupied, whether or not all of them were there.
    void evict(List<Tensor> weights);

    /// Until closed, `ledger` counts the weights that are here without having been fetched, because
    /// an operation read them; what is here already counts at once. Where weights are read in
    /// place, there are none.
    default Count count(MemoryLedger ledger) {
        return () -> {};
    }

    /// A ledger that is told, until closed.
    interface Count extends AutoCloseable {
        @Override
        void close();
    }
}
