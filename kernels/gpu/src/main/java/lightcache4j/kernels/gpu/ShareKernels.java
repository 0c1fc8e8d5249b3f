package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// The softmax between the two products of attention on tensor cores.
final class ShareKernels {
    /// Work items of a group.
    static final int ITEMS = NormKernels.ITEMS;

    private ShareKernels() {}

    /// The maximum of what every work item of the group holds, as [NormKernels#total] is the sum.
    private static float greatest(KernelContext c, float mine) {
        float[] held = c.allocateFloatLocalArray(ITEMS);
        int item = c.localIdx;
        held[item] = mine;
        c.localBarrier();
        for (int half = ITEMS / 2; half > 0; half = half / 2) {
            if (item < half) {
                held[item] = TornadoMath.max(held[item], held[item + half]);
            }
            c.localBarrier();
        }
        float most = held[0];
        c.localBarrier();
        return most;
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

    private static float share(
            FloatArray memory,
            IntArray p,
            float scale,
            int head,
            int row,
            int at,
            int key,
            float maximum) {
        float score = score(memory, p, scale, head, row, at, key);
        return AttentionKernels.share(score, maximum);
    }

    /// One group a query of a head: `share = exp(score − maximum) / Σ exp(score − maximum)`, parted
    /// for [TensorKernels] as [PartKernels#left] does, rows filled up with zeros to a multiple of
    /// 16 keys. A query that sees nothing has no shares. Each item takes four neighbouring keys at
    /// a time.
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
            float x0 = score(memory, p, scale, head, row, at, 4 * i);
            float x1 = score(memory, p, scale, head, row, at, 4 * i + 1);
            float x2 = score(memory, p, scale, head, row, at, 4 * i + 2);
            float x3 = score(memory, p, scale, head, row, at, 4 * i + 3);
            float some = TornadoMath.max(TornadoMath.max(x0, x1), TornadoMath.max(x2, x3));
            mine = TornadoMath.max(mine, some);
        }
        float top = greatest(c, mine);
        float sum = 0f;
        for (int i = c.localIdx; i < wide; i += ITEMS) {
            float x0 = share(memory, p, scale, head, row, at, 4 * i, top);
            float x1 = share(memory, p, scale, head, row, at, 4 * i + 1, top);
            float x2 = share(memory, p, scale, head, row, at, 4 * i + 2, top);
            float x3 = share(memory, p, scale, head, row, at, 4 * i + 3, top);
            sum += (x0 + x1) + (x2 + x3);
        }
        float total = NormKernels.total(c, sum);
        float one = 0f;
        if (total > 0f) {
            one = 1f / total;
        }
        for (int i = c.localIdx; i < wide; i += ITEMS) {
            float x0 = one * share(memory, p, scale, head, row, at, 4 * i, top);
            float x1 = one * share(memory, p, scale, head, row, at, 4 * i + 1, top);
            float x2 = one * share(memory, p, scale, head, row, at, 4 * i + 2, top);
            float x3 = one * share(memory, p, scale, head, row, at, 4 * i + 3, top);
            int to = p.get(3) + c.groupIdx * wide + i;
            PartKernels.put(halves, to, p.get(5), p.get(6), x0, x1, x2, x3);
        }
    }
}
