package lightcache4j.kernels.vector;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.HostHeap;
import lightcache4j.tensors.Ops;

/// [VectorOps] over the memory of the process.
final class CpuBackend implements Backend {
    /// What packed weights may take beside tensors that are to be few, as a part of them.
    private static final int PACKED_SHARE = 16;

    private final Team team;
    private final Ops ops;
    private final Heap heap = new HostHeap();

    CpuBackend(int threads) {
        team = new Team(threads);
        ops = new VectorOps(team);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "cpu: %s, vectors of %d float32, %d thread%s"
                .formatted(
                        System.getProperty("os.arch"),
                        Lanes.WIDTH,
                        team.threads(),
                        team.threads() == 1 ? "" : "s");
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
    public void restrain(long bytes) {
        heap.keepWithin(bytes);
        team.packedWeights().keepWithin(bytes / PACKED_SHARE);
    }

    @Override
    public void close() {
        team.close();
        heap.close();
    }
}
