package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Operations on single elements, one work item each. The first parameter is how many there are,
/// the second where the result begins; what repeats is read at `i mod` its length.
final class PointwiseKernels {
    private PointwiseKernels() {}

    /// Parameters: count, out, a, b, length of b.
    static void add(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            float b = memory.get(p.get(3) + i % p.get(4));
            memory.set(p.get(1) + i, memory.get(p.get(2) + i) + b);
        }
    }

    /// Parameters: count, out, a, b, length of b.
    static void multiply(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            float b = memory.get(p.get(3) + i % p.get(4));
            memory.set(p.get(1) + i, memory.get(p.get(2) + i) * b);
        }
    }

    /// `alpha a + beta b`. Parameters: count, out, a, b; alpha, beta.
    static void combine(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            float a = memory.get(p.get(2) + i);
            float b = memory.get(p.get(3) + i);
            memory.set(p.get(1) + i, s.get(0) * a + s.get(1) * b);
        }
    }

    /// `alpha a + beta`. Parameters: count, out, a; alpha, beta.
    static void affine(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            memory.set(p.get(1) + i, s.get(0) * memory.get(p.get(2) + i) + s.get(1));
        }
    }

    /// The name `clamp` is taken in OpenCL. NaN stays NaN, as no comparison with it holds.
    /// Parameters: count, out, a; low, high.
    static void bound(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            float a = memory.get(p.get(2) + i);
            if (a < s.get(0)) {
                a = s.get(0);
            }
            if (a > s.get(1)) {
                a = s.get(1);
            }
            memory.set(p.get(1) + i, a);
        }
    }

    /// Parameters: count, out, x, activation.
    static void activate(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            float x = memory.get(p.get(2) + i);
            memory.set(p.get(1) + i, ActivationKernels.apply(p.get(3), x));
        }
    }

    /// `x (1 + scale) + shift`. Parameters: count, out, x, shift, scale, width.
    static void modulate(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int column = i % p.get(5);
            float scale = 1f + memory.get(p.get(4) + column);
            float shift = memory.get(p.get(3) + column);
            memory.set(p.get(1) + i, memory.get(p.get(2) + i) * scale + shift);
        }
    }

    /// `x + gate y`. Parameters: count, out, x, gate, y, width.
    static void gatedSum(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            float gate = memory.get(p.get(3) + i % p.get(5));
            float y = memory.get(p.get(4) + i);
            memory.set(p.get(1) + i, memory.get(p.get(2) + i) + gate * y);
        }
    }

    /// Parameters: count, out, a, b, elements per step of the axis, its length.
    static void crossfade(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int n = p.get(5);
            float share = (float) (i / p.get(4) % n) / n;
            float a = memory.get(p.get(2) + i);
            float b = memory.get(p.get(3) + i);
            memory.set(p.get(1) + i, a * (1f - share) + b * share);
        }
    }
}
