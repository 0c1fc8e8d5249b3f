package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Attention in one pass over the keys, with the running maximum and sum of the softmax
/// (FlashAttention, arXiv:2205.14135): scores never leave the chip.
final class AttentionKernels {
    /// Queries of a group.
    static final int QUERIES = 64;

    /// Keys of a block.
    private static final int KEYS = 16;

    /// Work items of a group: one for each four queries and a key of a block.
    static final int ITEMS = 256;

    /// The most features of a head that one launch gives; wider heads take several.
    static final int WIDEST = 128;

    /// Features of queries and keys that are in local memory at a time. All arrays there take 30
    /// KB: OpenCL promises 32.
    private static final int PART = 64;

    /// From query to query in local memory, and from feature to feature of the keys, and from query
    /// to query of the scores: odd, so that neighbouring items use different banks.
    private static final int QUERY = PART + 1;

    private static final int FEATURE = KEYS + 1;
    private static final int SCORES = KEYS + 1;

    /// Scores this low are hidden. An infinity would do, but `∞ − ∞` is NaN.
    static final float HIDDEN = -3e38f;

    /// Scores below are hidden. NaN is not below anything.
    private static final float LOWEST = -2.9e38f;

    private AttentionKernels() {}

    /// 64 queries of one head a group, and the keys 16 at a time. Item `(r, j)` computes the scores
    /// of queries `4r` to `4r + 3` with key `j`; the first 64 items then find the maximum of a
    /// query each; and item `(r, j)` sums columns `j`, `j + 16`, … of the results of its four
    /// queries. So each key and value that it reads from local memory is used four times, and each
    /// share of a value four or eight times.
    ///
    /// Parameters: L, S, out, q, k, v, heads, key heads, features of a head, first column of this
    /// launch, its columns, whether causal, bias or −1, step of the bias from head to head, from
    /// query to query; scale.
    static void blocks(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        float[] queries = c.allocateFloatLocalArray(QUERIES * QUERY);
        float[] keys = c.allocateFloatLocalArray(KEYS * WIDEST); // then their values
        float[] scores = c.allocateFloatLocalArray(QUERIES * SCORES); // then their shares
        float[] maxima = c.allocateFloatLocalArray(QUERIES);
        float[] keeps = c.allocateFloatLocalArray(QUERIES);
        int item = c.localIdx;
        int r = item / KEYS * 4;
        int j = item % KEYS;
        int length = p.get(0);
        int d = p.get(8);
        int head = c.groupIdy;
        int keyHead = head / (p.get(6) / p.get(7));
        int top = c.groupIdx * QUERIES;
        int row = top + r;
        int step = p.get(6) * d;
        int keyStep = p.get(7) * d;
        int columns = p.get(10);
        int end = p.get(1);
        int reach = p.get(1) - length; // query i sees keys up to i + reach
        if (p.get(11) == 1) {
            end = TornadoMath.min(end, top + QUERIES + reach);
        }
        if (item < QUERIES) {
            maxima[item] = HIDDEN;
        }
        int own0 = r * SCORES;
        int own1 = own0 + SCORES;
        int own2 = own1 + SCORES;
        int own3 = own2 + SCORES;
        float sum0 = 0f, sum1 = 0f, sum2 = 0f, sum3 = 0f;
        float a0 = 0f, a1 = 0f, a2 = 0f, a3 = 0f, a4 = 0f, a5 = 0f, a6 = 0f, a7 = 0f;
        float b0 = 0f, b1 = 0f, b2 = 0f, b3 = 0f, b4 = 0f, b5 = 0f, b6 = 0f, b7 = 0f;
        float c0 = 0f, c1 = 0f, c2 = 0f, c3 = 0f, c4 = 0f, c5 = 0f, c6 = 0f, c7 = 0f;
        float d0 = 0f, d1 = 0f, d2 = 0f, d3 = 0f, d4 = 0f, d5 = 0f, d6 = 0f, d7 = 0f;
        for (int from = 0; from < end; from += KEYS) {
            float score0 = 0f, score1 = 0f, score2 = 0f, score3 = 0f;
            for (int part = 0; part < d; part += PART) {
                int width = TornadoMath.min(PART, d - part);
                int wanted = 0; // of the queries, which stay if all of their features are there
                if (from == 0) {
                    wanted = QUERIES * width;
                }
                if (d > PART) {
                    wanted = QUERIES * width;
                }
                for (int e = item; e < wanted; e += ITEMS) {
                    int line = e / width;
                    int column = e % width;
                    float a = 0f;
                    if (top + line < length) {
                        int at = (top + line) * step + head * d + part + column;
                        a = memory.get(p.get(3) + at);
                    }
                    queries[line * QUERY + column] = a;
                }
                for (int e = item; e < KEYS * width; e += ITEMS) {
                    int line = e / width;
                    int column = e % width;
                    float b = 0f;
                    if (from + line < end) {
                        int at = (from + line) * keyStep + keyHead * d + part + column;
                        b = memory.get(p.get(4) + at);
                    }
                    keys[column * FEATURE + line] = b;
                }
                c.localBarrier();
                for (int i = 0; i < width; i++) {
                    float key = keys[i * FEATURE + j];
                    int at = r * QUERY + i;
                    score0 += queries[at] * key;
                    score1 += queries[at + QUERY] * key;
                    score2 += queries[at + 2 * QUERY] * key;
                    score3 += queries[at + 3 * QUERY] * key;
                }
                c.localBarrier();
            }
            int key = from + j;
            float scale = s.get(0);
            score0 = score(memory, p, scale, head, row, key, end, score0);
            score1 = score(memory, p, scale, head, row + 1, key, end, score1);
            score2 = score(memory, p, scale, head, row + 2, key, end, score2);
            score3 = score(memory, p, scale, head, row + 3, key, end, score3);
            scores[own0 + j] = score0;
            scores[own1 + j] = score1;
            scores[own2 + j] = score2;
            scores[own3 + j] = score3;
            for (int e = item; e < KEYS * columns; e += ITEMS) {
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
            if (item < QUERIES) {
                float last = maxima[item];
                float next = last;
                for (int i = 0; i < KEYS; i++) {
                    next = TornadoMath.max(next, scores[item * SCORES + i]);
                }
                maxima[item] = next;
                keeps[item] = TornadoMath.exp(last - next);
            }
            c.localBarrier();
            scores[own0 + j] = share(score0, maxima[r]);
            scores[own1 + j] = share(score1, maxima[r + 1]);
            scores[own2 + j] = share(score2, maxima[r + 2]);
            scores[own3 + j] = share(score3, maxima[r + 3]);
            float keep0 = keeps[r];
            float keep1 = keeps[r + 1];
            float keep2 = keeps[r + 2];
            float keep3 = keeps[r + 3];
            sum0 = sum0 * keep0;
            sum1 = sum1 * keep1;
            sum2 = sum2 * keep2;
            sum3 = sum3 * keep3;
            a0 = a0 * keep0;
            a1 = a1 * keep0;
            a2 = a2 * keep0;
            a3 = a3 * keep0;
            a4 = a4 * keep0;
            a5 = a5 * keep0;
            a6 = a6 * keep0;
            a7 = a7 * keep0;
            b0 = b0 * keep1;
            b1 = b1 * keep1;
            b2 = b2 * keep1;
            b3 = b3 * keep1;
            b4 = b4 * keep1;
            b5 = b5 * keep1;
            b6 = b6 * keep1;
            b7 = b7 * keep1;
            c0 = c0 * keep2;
            c1 = c1 * keep2;
            c2 = c2 * keep2;
            c3 = c3 * keep2;
            c4 = c4 * keep2;
            c5 = c5 * keep2;
            c6 = c6 * keep2;
            c7 = c7 * keep2;
            d0 = d0 * keep3;
            d1 = d1 * keep3;
            d2 = d2 * keep3;
            d3 = d3 * keep3;
            d4 = d4 * keep3;
            d5 = d5 * keep3;
            d6 = d6 * keep3;
            d7 = d7 * keep3;
            c.localBarrier();
            for (int i = 0; i < KEYS; i++) {
                int at = i * WIDEST + j;
                float v0 = keys[at];
                float v1 = keys[at + 16];
                float v2 = keys[at + 32];
                float v3 = keys[at + 48];
                float share0 = scores[own0 + i];
                float share1 = scores[own1 + i];
                float share2 = scores[own2 + i];
                float share3 = scores[own3 + i];
                sum0 += share0;
                a0 += share0 * v0;
                a1 += share0 * v1;
                a2 += share0 * v2;
                a3 += share0 * v3;
                sum1 += share1;
                b0 += share1 * v0;
                b1 += share1 * v1;
                b2 += share1 * v2;
                b3 += share1 * v3;
                sum2 += share2;
                c0 += share2 * v0;
                c1 += share2 * v1;
                c2 += share2 * v2;
                c3 += share2 * v3;
                sum3 += share3;
                d0 += share3 * v0;
                d1 += share3 * v1;
                d2 += share3 * v2;
                d3 += share3 * v3;
            }
            if (columns > 64) {
                for (int i = 0; i < KEYS; i++) {
                    int at = i * WIDEST + j;
                    float v4 = keys[at + 64];
                    float v5 = keys[at + 80];
                    float v6 = keys[at + 96];
                    float v7 = keys[at + 112];
                    float share0 = scores[own0 + i];
                    float share1 = scores[own1 + i];
                    float share2 = scores[own2 + i];
                    float share3 = scores[own3 + i];
                    a4 += share0 * v4;
                    a5 += share0 * v5;
                    a6 += share0 * v6;
                    a7 += share0 * v7;
                    b4 += share1 * v4;
                    b5 += share1 * v5;
                    b6 += share1 * v6;
                    b7 += share1 * v7;
                    c4 += share2 * v4;
                    c5 += share2 * v5;
                    c6 += share2 * v6;
                    c7 += share2 * v7;
                    d4 += share3 * v4;
                    d5 += share3 * v5;
                    d6 += share3 * v6;
                    d7 += share3 * v7;
                }
            }
            c.localBarrier();
        }
        int out = p.get(2) + row * step + head * d + p.get(9);
        if (row < length) {
            put(memory, out, j, columns, sum0, a0, a1, a2, a3, a4, a5, a6, a7);
        }
        if (row + 1 < length) {
            put(memory, out + step, j, columns, sum1, b0, b1, b2, b3, b4, b5, b6, b7);
        }
        if (row + 2 < length) {
            put(memory, out + 2 * step, j, columns, sum2, c0, c1, c2, c3, c4, c5, c6, c7);
        }
        if (row + 3 < length) {
            put(memory, out + 3 * step, j, columns, sum3, d0, d1, d2, d3, d4, d5, d6, d7);
        }
    }

    /// A product of query and key as the score that it is: scaled, with the bias, hidden where the
    /// query does not see the key.
    static float score(
            FloatArray memory,
            IntArray p,
            float scale,
            int head,
            int row,
            int key,
            int end,
            float product) {
        float score = product * scale;
        if (key >= end) {
            score = HIDDEN;
        } else if (p.get(11) == 1 && key > row + p.get(1) - p.get(0)) {
            score = HIDDEN;
        } else if (p.get(12) >= 0 && row < p.get(0)) {
            score += memory.get(p.get(12) + head * p.get(13) + row * p.get(14) + key);
        }
        return score;
    }

    /// Hidden scores get none: where all are, the maximum is hidden too. A NaN stays one, as long
    /// as it is asked for by `<`: TornadoVM writes `a > b` and `a <= b` as one another's opposite.
    static float share(float score, float maximum) {
        float share = TornadoMath.exp(score - maximum);
        if (score < LOWEST) {
            share = 0f;
        }
        return share;
    }

    /// Writes what an item has of a query's result, divided by the sum of its shares.
    private static void put(
            FloatArray memory,
            int out,
            int j,
            int columns,
            float sum,
            float y0,
            float y1,
            float y2,
            float y3,
            float y4,
            float y5,
            float y6,
            float y7) {
        float part = 0f;
        if (sum > 0f) {
            part = 1f / sum;
        }
        put(memory, out, j, columns, y0 * part);
        put(memory, out, j + 16, columns, y1 * part);
        put(memory, out, j + 32, columns, y2 * part);
        put(memory, out, j + 48, columns, y3 * part);
        put(memory, out, j + 64, columns, y4 * part);
        put(memory, out, j + 80, columns, y5 * part);
        put(memory, out, j + 96, columns, y6 * part);
        put(memory, out, j + 112, columns, y7 * part);
    }

    private static void put(FloatArray memory, int out, int column, int columns, float value) {
        if (column < columns) {
            memory.set(out + column, value);
        }
    }
}
