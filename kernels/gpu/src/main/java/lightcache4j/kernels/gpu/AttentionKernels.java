package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Attention in one pass over the keys, with the running maximum and sum of the softmax
/// (FlashAttention, arXiv:2205.14135): scores never leave the chip.
final class AttentionKernels {
    /// Queries and keys of a block.
    static final int BLOCK = 16;

    /// Work items of a group: one for each query and key of a block.
    static final int ITEMS = 256;

    /// The most features of a head that one launch gives; wider heads take several.
    static final int WIDEST = 128;

    /// Scores this low are hidden. An infinity would do, but `∞ − ∞` is NaN.
    private static final float HIDDEN = -3e38f;

    private AttentionKernels() {}

    /// 16 queries of one head a group. Item `(r, j)` computes the score of query `r` with key `j`
    /// of each block, and sums columns `j`, `j + 16`, … of query `r`'s result. Parameters: L, S,
    /// out, q, k, v, heads, key heads, features of a head, first column of this launch, its
    /// columns, whether causal, bias or −1, step of the bias from head to head, from query to
    /// query; scale.
    static void blocks(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        float[] query = c.allocateFloatLocalArray(BLOCK * WIDEST);
        float[] keys = c.allocateFloatLocalArray(BLOCK * WIDEST);
        float[] scores = c.allocateFloatLocalArray(BLOCK * BLOCK);
        int item = c.localIdx;
        int r = item / BLOCK;
        int j = item % BLOCK;
        int length = p.get(0);
        int d = p.get(8);
        int head = c.groupIdy;
        int keyHead = head / (p.get(6) / p.get(7));
        int top = c.groupIdx * BLOCK;
        int row = top + r;
        int step = p.get(6) * d;
        int keyStep = p.get(7) * d;
        int end = p.get(1);
        int reach = p.get(1) - length; // query i sees keys up to i + reach
        if (p.get(11) == 1) {
            end = TornadoMath.min(end, top + BLOCK + reach);
        }
        float best = HIDDEN;
        float sum = 0f;
        float y0 = 0f, y1 = 0f, y2 = 0f, y3 = 0f, y4 = 0f, y5 = 0f, y6 = 0f, y7 = 0f;
        for (int from = 0; from < end; from += BLOCK) {
            int key = from + j;
            float score = 0f;
            for (int part = 0; part < d; part += WIDEST) {
                int width = TornadoMath.min(WIDEST, d - part);
                for (int e = item; e < BLOCK * width; e += ITEMS) {
                    int line = e / width;
                    int column = e % width;
                    float a = 0f;
                    float b = 0f;
                    if (top + line < length) {
                        a = memory.get(p.get(3) + (top + line) * step + head * d + part + column);
                    }
                    if (from + line < end) {
                        int at = (from + line) * keyStep + keyHead * d + part + column;
                        b = memory.get(p.get(4) + at);
                    }
                    query[line * WIDEST + column] = a;
                    keys[column * BLOCK + line] = b;
                }
                c.localBarrier();
                for (int i = 0; i < width; i++) {
                    score += query[r * WIDEST + i] * keys[i * BLOCK + j];
                }
                c.localBarrier();
            }
            score = score * s.get(0);
            if (key >= end) {
                score = HIDDEN;
            } else if (p.get(11) == 1 && key > row + reach) {
                score = HIDDEN;
            } else if (p.get(12) >= 0 && row < length) {
                score += memory.get(p.get(12) + head * p.get(13) + row * p.get(14) + key);
            }
            scores[item] = score;
            int columns = p.get(10);
            for (int e = item; e < BLOCK * columns; e += ITEMS) {
                int line = e / columns;
                int column = e % columns;
                float value = 0f;
                if (from + line < end) {
                    int at = (from + line) * keyStep + keyHead * d + p.get(9) + column;
                    value = memory.get(p.get(5) + at);
                }
                keys[line * WIDEST + column] = value;
            }
            c.localBarrier();
            float next = best;
            for (int i = 0; i < BLOCK; i++) {
                next = TornadoMath.max(next, scores[r * BLOCK + i]);
            }
            float keep = TornadoMath.exp(best - next);
            best = next;
            sum = sum * keep;
            y0 = y0 * keep;
            y1 = y1 * keep;
            y2 = y2 * keep;
            y3 = y3 * keep;
            y4 = y4 * keep;
            y5 = y5 * keep;
            y6 = y6 * keep;
            y7 = y7 * keep;
            for (int i = 0; i < BLOCK; i++) {
                float x = scores[r * BLOCK + i];
                float share = 0f;
                if (x > HIDDEN) {
                    share = TornadoMath.exp(x - best);
                }
                int at = i * WIDEST + j;
                sum += share;
                y0 += share * keys[at];
                y1 += share * keys[at + 16];
                y2 += share * keys[at + 32];
                y3 += share * keys[at + 48];
                y4 += share * keys[at + 64];
                y5 += share * keys[at + 80];
                y6 += share * keys[at + 96];
                y7 += share * keys[at + 112];
            }
            c.localBarrier();
        }
        if (row < length) {
            float scale = 0f;
            if (sum > 0f) {
                scale = 1f / sum;
            }
            int out = p.get(2) + row * step + head * d + p.get(9);
            put(memory, out, j, p.get(10), y0 * scale);
            put(memory, out, j + 16, p.get(10), y1 * scale);
            put(memory, out, j + 32, p.get(10), y2 * scale);
            put(memory, out, j + 48, p.get(10), y3 * scale);
            put(memory, out, j + 64, p.get(10), y4 * scale);
            put(memory, out, j + 80, p.get(10), y5 * scale);
            put(memory, out, j + 96, p.get(10), y6 * scale);
            put(memory, out, j + 112, p.get(10), y7 * scale);
        }
    }

    private static void put(FloatArray memory, int out, int column, int columns, float value) {
        if (column < columns) {
            memory.set(out + column, value);
        }
    }
}
