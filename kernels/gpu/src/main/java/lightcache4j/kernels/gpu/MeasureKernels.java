package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Sums over whole tensors, to twice float32's precision on devices that have no float64: each work
/// item keeps a sum and what rounding left out of it (Knuth's two-sum), and the host adds those of
/// all items in float64.
///
/// Work item `i` of `n` takes elements `i`, `i + n`, `i + 2n`, …; a sum is two neighbouring numbers
/// of the result.
final class MeasureKernels {
    private static final float LARGEST = 3.4028235e38f;

    private MeasureKernels() {}

    /// `Σ x`, `Σ |x|`, and whether one was infinite: five numbers an item. A NaN makes sums NaN.
    /// Parameters: count, out, x, items.
    static void sums(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int item = c.globalIdx;
        int items = p.get(3);
        if (item < items) {
            float sum = 0f;
            float sumRest = 0f;
            float absolute = 0f;
            float absoluteRest = 0f;
            float odd = 0f;
            for (int i = item; i < p.get(0); i += items) {
                float x = memory.get(p.get(2) + i);
                float a = TornadoMath.abs(x);
                if (a > LARGEST) {
                    odd = 1f;
                } else {
                    float next = sum + x;
                    float part = next - sum;
                    sumRest += (sum - (next - part)) + (x - part);
                    sum = next;
                    float more = absolute + a;
                    float piece = more - absolute;
                    absoluteRest += (absolute - (more - piece)) + (a - piece);
                    absolute = more;
                }
            }
            int out = p.get(1) + 5 * item;
            memory.set(out, sum);
            memory.set(out + 1, sumRest);
            memory.set(out + 2, absolute);
            memory.set(out + 3, absoluteRest);
            memory.set(out + 4, odd);
        }
    }

    /// `Σ (x − mean)²` with a mean of two parts. The difference is taken in two parts as well, and
    /// so is its square, whose factors are split into halves of 12 bits (Dekker). Parameters:
    /// count, out, x, items; mean, what rounding left out of it.
    static void squares(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int item = c.globalIdx;
        int items = p.get(3);
        if (item < items) {
            float sum = 0f;
            float rest = 0f;
            for (int i = item; i < p.get(0); i += items) {
                float x = memory.get(p.get(2) + i);
                float d = x - s.get(0);
                float part = d - x;
                float low = (x - (d - part)) - (s.get(0) + part) - s.get(1);
                float scaled = 4097f * d;
                float high = scaled - (scaled - d);
                float tail = d - high;
                float square = d * d;
                float lost = high * high - square;
                lost = lost + 2f * high * tail;
                lost = lost + tail * tail;
                lost = lost + 2f * d * low;
                float next = sum + square;
                float piece = next - sum;
                rest += (sum - (next - piece)) + (square - piece) + lost;
                sum = next;
            }
            memory.set(p.get(1) + 2 * item, sum);
            memory.set(p.get(1) + 2 * item + 1, rest);
        }
    }

    /// `Σ |a − b|`. Parameters: count, out, a, items, b.
    static void differences(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int item = c.globalIdx;
        int items = p.get(3);
        if (item < items) {
            float sum = 0f;
            float rest = 0f;
            for (int i = item; i < p.get(0); i += items) {
                float a = memory.get(p.get(2) + i);
                float b = memory.get(p.get(4) + i);
                float d = a - b;
                float part = d - a;
                float low = (a - (d - part)) - (b + part);
                if (d < 0f) {
                    d = -d;
                    low = -low;
                }
                float next = sum + d;
                float piece = next - sum;
                rest += (sum - (next - piece)) + (d - piece) + low;
                sum = next;
            }
            memory.set(p.get(1) + 2 * item, sum);
            memory.set(p.get(1) + 2 * item + 1, rest);
        }
    }
}
