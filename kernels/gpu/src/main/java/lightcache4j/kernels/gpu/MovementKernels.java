package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Operations that move elements: one work item for each that is written.
final class MovementKernels {
    private MovementKernels() {}

    /// Copies runs of neighbouring elements, as concatenation and slices do. Parameters: count,
    /// out, x, length of a run, step from run to run in out, and in x.
    static void runs(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int run = i / p.get(3);
            int within = i % p.get(3);
            float x = memory.get(p.get(2) + run * p.get(5) + within);
            memory.set(p.get(1) + run * p.get(4) + within, x);
        }
    }

    /// Parameters: count, out, x, rank, then the lengths of out's axes, then for each of them the
    /// step in x.
    static void permute(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int rank = p.get(3);
            int rest = i;
            int from = p.get(2);
            for (int axis = rank - 1; axis >= 0; axis--) {
                int length = p.get(4 + axis);
                from += rest % length * p.get(4 + rank + axis);
                rest = rest / length;
            }
            memory.set(p.get(1) + i, memory.get(from));
        }
    }

    /// Pairs of features turned by an angle, one work item a pair. Parameters: count, out, x, cos,
    /// sin, heads, pairs per head, whether pairs are neighbours.
    static void rope(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int half = p.get(6);
            int pair = i % half;
            int row = i / half; // token and head
            int first = row * 2 * half + pair;
            int second = first + half;
            if (p.get(7) == 1) {
                first = row * 2 * half + 2 * pair;
                second = first + 1;
            }
            int angle = row / p.get(5) * half + pair;
            float cos = memory.get(p.get(3) + angle);
            float sin = memory.get(p.get(4) + angle);
            float a = memory.get(p.get(2) + first);
            float b = memory.get(p.get(2) + second);
            memory.set(p.get(1) + first, a * cos - b * sin);
            memory.set(p.get(1) + second, b * cos + a * sin);
        }
    }

    /// Parameters: count, out, x, out's rows, columns and channels, then how often frames, rows and
    /// columns repeat.
    static void upsampleNearest(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int channels = p.get(5);
            int channel = i % channels;
            int column = i / channels % p.get(4);
            int row = i / channels / p.get(4) % p.get(3);
            int frame = i / channels / p.get(4) / p.get(3);
            int rows = p.get(3) / p.get(7);
            int columns = p.get(4) / p.get(8);
            int from = frame / p.get(6) * rows + row / p.get(7);
            from = (from * columns + column / p.get(8)) * channels + channel;
            memory.set(p.get(1) + i, memory.get(p.get(2) + from));
        }
    }

    /// Output frame `f` stands at input frame `(f + ½) / 2 − ½`: a quarter of the way, or three.
    /// Parameters: count, out, x, elements of a frame, frames of x.
    static void upsampleFramesLinear(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int size = p.get(3);
            int frame = i / size;
            int within = i % size;
            float place = TornadoMath.max((frame + 0.5f) * 0.5f - 0.5f, 0f);
            int lower = (int) place;
            int upper = TornadoMath.min(lower + 1, p.get(4) - 1);
            float share = place - lower;
            float a = memory.get(p.get(2) + lower * size + within);
            float b = memory.get(p.get(2) + upper * size + within);
            memory.set(p.get(1) + i, a * (1f - share) + b * share);
        }
    }
}
