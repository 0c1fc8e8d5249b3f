package lightcache4j.tensors;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A backend that computes nothing and holds nothing, so that a run can be rehearsed: every shape
/// is checked, every workspace opened and closed, and the [MemoryLedger] ends with the exact peaks
/// that a real run of that size would have, in milliseconds and whatever the size of the model.
///
/// Values of its tensors cannot be looked at in place; [Workspace#download] gives zeros.
public final class Rehearsal implements Backend {
    private final RehearsalOps ops;
    private final Heap heap;
    private final Residency residency;

    /// Where nothing ever changes, so that a caching rule that measures reuses all that it may.
    ///
    /// @param pool the pool that the real backend would compute in
    public Rehearsal(Pool pool) {
        this(pool, 0);
    }

    /// @param pool the pool that the real backend would compute in
    /// @param difference what each number differs by from that of another tensor, where two are
    ///   compared; their absolute values are 1 on average
    public Rehearsal(Pool pool, double difference) {
        this.heap = new Nothing(pool);
        if (pool == Pool.HOST) {
            this.ops = new RehearsalOps(difference, _ -> {});
            this.residency = new Nowhere();
        } else {
            RehearsedWeights weights = new RehearsedWeights(pool);
            this.ops = new RehearsalOps(difference, weights::read);
            this.residency = weights;
        }
    }

    /// Whether two tensors were compared, so that the run may have depended on their difference.
    public boolean compared() {
        return ops.compared();
    }

    @Override
    public String name() {
        return "rehearsal";
    }

    @Override
    public String description() {
        return "no computation, memory counted only";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Heap heap() {
        return heap;
    }

    @Override
    public Residency residency() {
        return residency;
    }

    @Override
    public void close() {
        heap.close();
    }

    /// Weights are read in place.
    private record Nowhere() implements Residency {
        @Override
        public Pool pool() {
            return Pool.RESIDENT;
        }

        @Override
        public void fetch(List<Tensor> weights, BooleanSupplier wanted) {}

        @Override
        public void evict(List<Tensor> weights) {}
    }

    private record Imagined(long byteSize, Pool pool) implements Storage {
        // Workspaces tell storages apart by identity; equality of two of the same size is never
        // asked.
    }

    private record Nothing(Pool pool) implements Heap {
        @Override
        public Storage allocate(long bytes) {
            return new Imagined(bytes, pool);
        }

        @Override
        public void release(Storage storage) {}

        @Override
        public void write(MemorySegment from, Storage to, long offset) {}

        @Override
        public void read(Storage from, long offset, MemorySegment to) {
            to.fill((byte) 0);
        }

        @Override
        public void trim() {}

        @Override
        public void close() {}
    }
}
