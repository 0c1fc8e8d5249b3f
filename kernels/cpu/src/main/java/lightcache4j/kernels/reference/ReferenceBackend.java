package lightcache4j.kernels.reference;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.HostHeap;
import lightcache4j.tensors.Ops;

/// [ReferenceOps] over the memory of the process, on the caller's thread.
final class ReferenceBackend implements Backend {
    private final Ops ops = new ReferenceOps();
    private final Heap heap = new HostHeap();

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "reference: plain loops in double precision, 1 thread";
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
    public void close() {
        heap.close();
    }
}
