package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The order that weights of convolutions have on the device.
final class ConvolutionWeights {
    private ConvolutionWeights() {}

    /// How many taps a weight `[O, I, taps…]` has; 1 for one of another rank.
    static long taps(Tensor weight) {
        int rank = weight.shape().rank();
        return rank <= 2 ? 1 : weight.shape().product(2, rank);
    }

    /// `[O, I, taps]` as `[O, taps, I]`.
    static MemorySegment channelsLast(Arena arena, Tensor weight, long taps) {
        MemorySegment from = weight.segment();
        MemorySegment to = arena.allocate(weight.byteSize(), 64);
        long bytes = weight.dtype().bytes(1);
        long inputs = weight.dim(1);
        for (long o = 0; o < weight.dim(0); o++) {
            for (long i = 0; i < inputs; i++) {
                for (long tap = 0; tap < taps; tap++) {
                    long source = ((o * inputs + i) * taps + tap) * bytes;
                    long target = ((o * taps + tap) * inputs + i) * bytes;
                    MemorySegment.copy(from, source, to, target, bytes);
                }
            }
        }
        return to;
    }
}
