package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Copies between the device's arrays and the small ones that TornadoVM moves to and from the host.
/// Parameters: count, first element.
final class TransferKernels {
    private TransferKernels() {}

    /// Runs before all others. Because it writes the array and does not read it, TornadoVM creates
    /// it on the device without copying gigabytes up that mean nothing.
    static void createMemory(KernelContext c, FloatArray memory) {
        memory.set(c.globalIdx, 0f);
    }

    /// As [#createMemory].
    static void createHalves(KernelContext c, LongArray halves) {
        halves.set(c.globalIdx, 0L);
    }

    static void upload(
            KernelContext c, FloatArray memory, FloatArray staging, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            memory.set(p.get(1) + i, staging.get(i));
        }
    }

    static void uploadHalves(
            KernelContext c, LongArray halves, LongArray staging, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            halves.set(p.get(1) + i, staging.get(i));
        }
    }

    static void download(
            KernelContext c, FloatArray memory, FloatArray staging, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            staging.set(i, memory.get(p.get(1) + i));
        }
    }
}
