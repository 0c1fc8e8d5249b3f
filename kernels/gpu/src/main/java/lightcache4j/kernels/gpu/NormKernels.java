package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Norms. A row, or a span of a group, is one work group's: its items add up every [#ITEMS]th
/// number each, then put their sums together in local memory by halves. The mean comes first, the
/// variance about it second, so that nothing cancels.
final class NormKernels {
    /// Work items of a group.
    static final int ITEMS = 128;

    private NormKernels() {}

    /// The sum of what every work item of the group holds. All must call it. The local array is
    /// made here, for one that is handed to a called method is read and written in wrong places.
    static float total(KernelContext c, float mine) {
        float[] sums = c.allocateFloatLocalArray(ITEMS);
        int item = c.localIdx;
        sums[item] = mine;
        c.localBarrier();
        for (int half = ITEMS / 2; half > 0; half = half / 2) {
            if (item < half) {
                sums[item] = sums[item] + sums[item + half];
            }
            c.localBarrier();
        }
        float sum = sums[0];
        c.localBarrier();
        return sum;
    }

    /// One group a row. Parameters: width, out, x, weight's table and start, bias's table and
    /// start; eps.
    static void layerNorm(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int item = c.localIdx;
        int width = p.get(0);
        int out = p.get(1) + c.groupIdx * width;
        int x = p.get(2) + c.groupIdx * width;
        float sum = 0f;
        for (int i = item; i < width; i += ITEMS) {
            sum += memory.get(x + i);
        }
        float mean = total(c, sum) / width;
        float square = 0f;
        for (int i = item; i < width; i += ITEMS) {
            float d = memory.get(x + i) - mean;
            square += d * d;
        }
        float variance = total(c, square) / width;
        float rdev = 1f / TornadoMath.sqrt(variance + s.get(0));
        for (int i = item; i < width; i += ITEMS) {
            float w = WeightKernels.at(memory, halves, p.get(3), p.get(4), i, 1f);
            float b = WeightKernels.at(memory, halves, p.get(5), p.get(6), i, 0f);
            memory.set(out + i, (memory.get(x + i) - mean) * rdev * w + b);
        }
    }

    /// One group a row. Parameters: width, out, x, weight's table and start; eps.
    static void rmsNorm(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int item = c.localIdx;
        int width = p.get(0);
        int out = p.get(1) + c.groupIdx * width;
        int x = p.get(2) + c.groupIdx * width;
        float square = 0f;
        for (int i = item; i < width; i += ITEMS) {
            float v = memory.get(x + i);
            square += v * v;
        }
        float mean = total(c, square) / width;
        float factor = 1f / TornadoMath.sqrt(mean + s.get(0));
        for (int i = item; i < width; i += ITEMS) {
            float w = WeightKernels.at(memory, halves, p.get(3), p.get(4), i, 1f);
            memory.set(out + i, memory.get(x + i) * factor * w);
        }
    }

    /// The first half of group statistics: mean, and sum of squares about it, of one span of one
    /// group of channels. A piece (a frame, or all) has `groups · spans` of these. Parameters:
    /// spans, partial results, x, channels, channels of a group, positions of a piece, positions of
    /// a span.
    static void groupSpans(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int item = c.localIdx;
        int spans = p.get(0);
        int channels = p.get(3);
        int each = p.get(4);
        int groups = channels / each;
        int span = c.groupIdx % spans;
        int group = c.groupIdx / spans % groups;
        int piece = c.groupIdx / spans / groups;
        int first = span * p.get(6);
        int positions = TornadoMath.min(p.get(6), p.get(5) - first);
        int start = p.get(2) + (piece * p.get(5) + first) * channels + group * each;
        int count = positions * each;
        float sum = 0f;
        for (int i = item; i < count; i += ITEMS) {
            sum += memory.get(start + i / each * channels + i % each);
        }
        float mean = total(c, sum) / count;
        float square = 0f;
        for (int i = item; i < count; i += ITEMS) {
            float d = memory.get(start + i / each * channels + i % each) - mean;
            square += d * d;
        }
        float squares = total(c, square);
        if (item == 0) {
            memory.set(p.get(1) + 2 * c.groupIdx, mean);
            memory.set(p.get(1) + 2 * c.groupIdx + 1, squares);
        }
    }

    /// The second half, one work item for each group of each piece: puts its spans together, by
    /// Chan, Golub and LeVeque's rule for two sets of numbers. Parameters: count, out, partial
    /// results, spans, channels of a group, positions of a piece, positions of a span; eps.
    static void groupStatistics(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int spans = p.get(3);
            float mean = 0f;
            float squares = 0f;
            float before = 0f;
            for (int span = 0; span < spans; span++) {
                int at = p.get(2) + 2 * (i * spans + span);
                int positions = TornadoMath.min(p.get(6), p.get(5) - span * p.get(6));
                float count = (float) positions * p.get(4);
                float d = memory.get(at) - mean;
                float share = count / (before + count);
                mean = mean + d * share;
                squares = squares + memory.get(at + 1) + d * d * before * share;
                before = before + count;
            }
            memory.set(p.get(1) + 2 * i, mean);
            memory.set(p.get(1) + 2 * i + 1, 1f / TornadoMath.sqrt(squares / before + s.get(0)));
        }
    }

    /// Parameters: count, out, x, statistics, weight's table and start, bias's table and start,
    /// channels, groups, elements of a piece, activation.
    static void groupNormalize(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int channels = p.get(8);
            int groups = p.get(9);
            int channel = i % channels;
            int pair = p.get(3) + 2 * (i / p.get(10) * groups + channel / (channels / groups));
            float normal = (memory.get(p.get(2) + i) - memory.get(pair)) * memory.get(pair + 1);
            float w = WeightKernels.at(memory, halves, p.get(4), p.get(5), channel);
            float b = WeightKernels.at(memory, halves, p.get(6), p.get(7), channel);
            memory.set(p.get(1) + i, ActivationKernels.apply(p.get(11), normal * w + b));
        }
    }
}
