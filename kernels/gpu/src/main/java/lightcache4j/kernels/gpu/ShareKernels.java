package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// The softmax between the two products of attention on tensor cores.
final class ShareKernels {
    /// Work items of a group.
    static final int ITEMS = 128;

    private ShareKernels() {}

    /// The sum, or the maximum, of what every work item of the group holds. All must call it.
    private static float all(KernelContext c, float mine, boolean greatest) {
        float[] held = c.allocateFloatLocalArray(ITEMS);
        int item = c.localIdx;
        held[item] = mine;
        c.localBarrier();
        for (int half = ITEMS / 2; half > 0; half = half / 2) {
            if (item < half) {
                float a = held[item];
                float b = held[item + half];
                held[item] = greatest ? TornadoMath.max(a, b) : a + b;
            }
            c.localBarrier();
        }
        float result = held[0];
        c.localBarrier();
        return result;
    }

    /// A product of query and key as a score, see [AttentionKernels#score]; hidden if there is no
    /// such key.
    private static float score(
            FloatArray memory, IntArray p, float scale, int head, int row, int at, int key) {
        float product = 0f;
        if (key < p.get(1)) {
            product = memory.get(at + key);
        }
        return AttentionKernels.score(memory, p, scale, head, row, key, p.get(1), product);
    }

    /// One group a query of a head: `share = exp(score − maximum) / Σ exp(score − maximum)`, parted
    /// for [TensorKernels] as [PartKernels#left] does, rows filled up with zeros to a multiple of
    /// 16 keys. A query that sees nothing has no shares.
    ///
    /// Parameters: L, S, products of queries and keys `[heads, rows, S]`, parts, `long`s of a row
    /// and of a part, parts of a number, first head, first query, queries of a head, unused,
    /// whether causal, bias or −1, step of the bias from head to head, from query to query; scale.
    static void shares(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int head = p.get(7) + c.groupIdx / p.get(9);
        int row = p.get(8) + c.groupIdx % p.get(9);
        int at = p.get(2) + c.groupIdx * p.get(1);
        int wide = p.get(4);
        float scale = s.get(0);
        float mine = AttentionKernels.HIDDEN;
        for (int i = c.localIdx; i < wide; i += ITEMS) {
            int key = 4 * i;
            float a = score(memory, p, scale, head, row, at, key);
            float b = score(memory, p, scale, head, row, at, key + 1);
            float d = score(memory, p, scale, head, row, at, key + 2);
            float e = score(memory, p, scale, head, row, at, key + 3);
            mine =
                    TornadoMath.max(
                            mine, TornadoMath.max(TornadoMath.max(a, b), TornadoMath.max(d, e)));
        }
        float maximum = all(c, mine, true);
        float sum = 0f;
        for (int i = c.localIdx; i < wide; i += ITEMS) {
            int key = 4 * i;
            float a = AttentionKernels.share(score(memory, p, scale, head, row, at, key), maximum);
            float b =
                    AttentionKernels.share(
                            score(memory, p, scale, head, row, at, key + 1), maximum);
            float d =
                    AttentionKernels.share(
                            score(memory, p, scale, head, row, at, key + 2), maximum);
            float e =
                    AttentionKernels.share(
                            score(memory, p, scale, head, row, at, key + 3), maximum);
            sum += (a + b) + (d + e);
        }
        float total = all(c, sum, false);
        float part = 0f;
        if (total > 0f) {
            part = 1f / total;
        }
        for (int i = c.localIdx; i < wide; i += ITEMS) {
            int key = 4 * i;
            float a = AttentionKernels.share(score(memory, p, scale, head, row, at, key), maximum);
            float b =
                    AttentionKernels.share(
                            score(memory, p, scale, head, row, at, key + 1), maximum);
            float d =
                    AttentionKernels.share(
                            score(memory, p, scale, head, row, at, key + 2), maximum);
            float e =
                    AttentionKernels.share(
                            score(memory, p, scale, head, row, at, key + 3), maximum);
            int to = p.get(3) + c.groupIdx * wide + i;
            PartKernels.put(halves, to, p.get(5), p.get(6), a * part, b * part, d * part, e * part);
        }
    }
}
