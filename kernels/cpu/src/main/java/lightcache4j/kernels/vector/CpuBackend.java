package lightcache4j.kernels.vector;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.HostHeap;
import lightcache4j.tensors.Ops;

import java.util.concurrent.ExecutorService;

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

    /// A thread more than there are cores would take one from a thread that computes, in the middle
    /// of a piece that all others then wait for.
    @Override
    public ExecutorService errands(String name) {
        boolean isCoreIdle = team.threads() < Runtime.getRuntime().availableProcessors();
        return isCoreIdle || team.threads() == 1
                ? Backend.super.errands(name)
                : team.sharedErrands();
    }

    @Override
    public void close() {
        team.close();
        heap.close();
    }
}
