package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Attention that never holds more scores than a tile (FlashAttention, arXiv:2205.14135), with the
/// online softmax of Milakov and Gimelshein (arXiv:1805.02867).
///
/// A task is a run of queries of one head. It goes through the keys block by block: packs the
/// block's keys and values once, then for a few queries at a time multiplies them with the keys,
/// turns the scores into powers of e below the largest one seen, and adds the values so weighted.
/// Where a larger score turns up, what was added before is scaled down. The order of sums depends
/// on the keys alone.
final class Attention {
    /// Queries of a task, at most.
    private static final int RUN = 256;

    /// Queries whose scores are held at a time.
    private static final int TILE = 16;

    /// Keys of a block: four panels of six vectors of sixteen.
    private static final int KEYS = 384;

    private final MemorySegment out;
    private final MemorySegment q;
    private final MemorySegment k;
    private final MemorySegment v;
    private final @Nullable Tensor bias;
    private final int heads;
    private final int kvHeads;
    private final int queries;
    private final int keys;
    private final int width;
    private final float scale;
    private final boolean causal;
    private final int run;
    private final Panels values;

    private Attention(
            Team team,
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        this.out = out.segment();
        this.q = q.segment();
        this.k = k.segment();
        this.v = v.segment();
        this.bias = bias;
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.queries = Math.toIntExact(q.dim(0));
        this.keys = Math.toIntExact(k.dim(0));
        this.width = Math.toIntExact(q.dim(1) / heads);
        this.scale = scale;
        this.causal = causal;
        this.values = Panels.of(width);
        int wanted = (2 * team.threads() + heads - 1) / heads;
        int each = Math.min(RUN, Math.max(TILE, (queries + wanted - 1) / wanted));
        int runs = (queries + each - 1) / each;
        this.run = runs == 0 ? TILE : Tiles.up((queries + runs - 1) / runs);
    }

    static void apply(
            Team team,
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        if (out.size() > 0) {
            Attention attention =
                    new Attention(team, out, q, k, v, heads, kvHeads, scale, causal, bias);
            int runs = (attention.queries + attention.run - 1) / attention.run;
            team.run(
                    heads * runs,
                    (task, scratch) ->
                            attention.new Piece(scratch, task / runs, task % runs * attention.run)
                                    .compute());
        }
    }

    /// A run of queries of one head.
    private final class Piece {
        private final Scratch scratch;
        private final int head;
        private final int first;
        private final int count;
        private final int rows;
        private final int stride;
        private final float[] left;
        private final float[] mixed;
        private final float[] running;
        private final int[] at;

        Piece(Scratch scratch, int head, int first) {
            this.scratch = scratch;
            this.head = head;
            this.first = first;
            this.count = Math.min(run, queries - first);
            this.rows = Tiles.up(count);
            this.stride = values.padded();
            this.left = scratch.floats(Scratch.Use.LEFT, rows * stride);
            this.mixed = scratch.floats(Scratch.Use.MIXED, rows * stride);
            this.running = scratch.floats(Scratch.Use.RUNNING, 2 * rows); // maxima, then sums
            this.at = scratch.ints(TILE);
        }

        void compute() {
            for (int r = 0; r < rows; r++) {
                long from = ((long) first + Math.min(r, count - 1)) * heads * width;
                Lanes.take(q, from + (long) head * width, left, r * stride, width, scale);
            }
            Arrays.fill(mixed, 0, rows * stride, 0);
            Arrays.fill(running, 0, rows, Float.NEGATIVE_INFINITY);
            Arrays.fill(running, rows, 2 * rows, 0);
            int seen = causal ? visible(first + count - 1) : keys;
            for (int k0 = 0; k0 < seen; k0 += KEYS) {
                block(k0, Math.min(KEYS, seen - k0));
            }
            for (int r = 0; r < count; r++) {
                divide(r);
            }
        }

        /// Keys that query `i` may see: the first so many.
        private int visible(int i) {
            return causal ? Math.clamp((long) i + keys - queries + 1, 0, keys) : keys;
        }

        private void block(int k0, int n) {
            Panels panels = Panels.of(n);
            MemorySegment right = packKeys(k0, n, panels);
            MemorySegment value = packValues(k0, n);
            int padded = panels.padded();
            float[] scores = scratch.floats(Scratch.Use.SUMS, TILE * padded);
            for (int r0 = 0; r0 < rows; r0 += TILE) {
                int high = Math.min(TILE, rows - r0);
                if (visible(first + Math.min(count, r0 + high) - 1) <= k0) {
                    continue;
                }
                score(r0, high, right, panels, scores);
                for (int r = 0; r < high; r++) {
                    int i = first + Math.min(r0 + r, count - 1);
                    soften(r0 + r, i, k0, Math.min(n, visible(i) - k0), scores, r * padded, padded);
                }
                mix(r0, high, scores, padded, value, n);
            }
        }

        private MemorySegment packKeys(int k0, int n, Panels panels) {
            long size = (long) width * panels.padded();
            MemorySegment right = scratch.panel(Scratch.Panel.RIGHT, size);
            float[] staged = Packing.rows(stride, scratch);
            for (int p = 0; p < panels.count(); p++) {
                int wide = panels.width(p);
                for (int j = 0; j < wide; j += Packing.ROWS) {
                    int filled = Math.min(Packing.ROWS, wide - j);
                    int real = Math.clamp(n - panels.start(p) - j, 0, filled);
                    for (int r = 0; r < real; r++) {
                        long key = (long) k0 + panels.start(p) + j + r;
                        Lanes.take(k, key(key), staged, r * width, width, 1);
                    }
                    long to = (long) width * panels.start(p) + j;
                    Packing.transpose(staged, width, real, filled, 1, right, to, wide, scratch);
                }
            }
            return right;
        }

        private MemorySegment packValues(int k0, int n) {
            MemorySegment value = scratch.panel(Scratch.Panel.VALUES, (long) n * stride);
            for (int p = 0; p < values.count(); p++) {
                int wide = values.width(p);
                int real = Math.min(wide, width - values.start(p));
                for (int j = 0; j < n; j++) {
                    long to = (long) n * values.start(p) + (long) j * wide;
                    Lanes.move(v, key((long) k0 + j) + values.start(p), value, to, real);
                }
            }
            return value;
        }

        /// Where the head's part of a key begins, or of a value.
        private long key(long key) {
            return (key * kvHeads + head / (heads / kvHeads)) * width;
        }

        private void score(int r0, int high, MemorySegment right, Panels panels, float[] scores) {
            int padded = panels.padded();
            Arrays.fill(scores, 0, high * padded, 0);
            for (int r = 0; r < high; r++) {
                at[r] = (r0 + r) * stride;
            }
            for (int p = 0; p < panels.count(); p++) {
                int start = panels.start(p);
                Tiles.multiply(
                        panels.vectors(p),
                        left,
                        0,
                        at,
                        high,
                        right,
                        (long) width * start,
                        width,
                        scores,
                        start,
                        padded);
            }
        }

        /// Turns the first `n` scores of a row into `e^(score − max)` and the rest into zeros, and
        /// brings the row's maximum, sum and mixed values up to date.
        private void soften(int row, int i, int k0, int n, float[] scores, int s, int padded) {
            int real = Math.max(n, 0);
            if (bias != null) {
                addBias(bias, i, k0, real, scores, s);
            }
            Arrays.fill(scores, s + real, s + padded, Float.NEGATIVE_INFINITY);
            float before = running[row];
            float max = Math.max(before, max(scores, s, padded));
            if (max == Float.NEGATIVE_INFINITY) {
                Arrays.fill(scores, s, s + padded, 0);
                return;
            }
            float sum = powers(scores, s, padded, max);
            if (max == before) {
                running[rows + row] += sum;
                return;
            }
            float faded = (float) Math.exp(before - max);
            running[row] = max;
            running[rows + row] = running[rows + row] * faded + sum;
            for (int c = row * stride; c < (row + 1) * stride; c += WIDTH) {
                at(mixed, c).mul(faded).intoArray(mixed, c);
            }
        }

        private void mix(int r0, int high, float[] scores, int padded, MemorySegment value, int n) {
            for (int r = 0; r < high; r++) {
                at[r] = r * padded;
            }
            for (int p = 0; p < values.count(); p++) {
                int start = values.start(p);
                Tiles.multiply(
                        values.vectors(p),
                        scores,
                        0,
                        at,
                        high,
                        value,
                        (long) n * start,
                        n,
                        mixed,
                        r0 * stride + start,
                        stride);
            }
        }

        private void divide(int r) {
            float sum = running[rows + r];
            float share = sum == 0 ? 0 : 1 / sum;
            for (int c = r * stride; c < (r + 1) * stride; c += WIDTH) {
                at(mixed, c).mul(share).intoArray(mixed, c);
            }
            long to = ((long) (first + r) * heads + head) * width;
            Lanes.put(mixed, r * stride, out, to, width);
        }

        private void addBias(Tensor bias, int i, int k0, int n, float[] scores, int s) {
            long row = bias.dim(-2) == 1 ? 0 : i;
            long plane = bias.shape().rank() == 3 ? head * bias.dim(-2) : 0;
            long from = (plane + row) * keys + k0;
            MemorySegment segment = bias.segment();
            for (int c = 0; c < n; c++) {
                scores[s + c] += Lanes.get(segment, from + c);
            }
        }
    }

    private static float max(float[] a, int from, int n) {
        FloatVector max = at(a, from);
        for (int i = from + WIDTH; i < from + n; i += WIDTH) {
            FloatVector x = at(a, i);
            max = max.blend(x, x.compare(VectorOperators.GT, max));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /// Replaces `x` by `e^(x − max)`; returns the sum.
    private static float powers(float[] a, int from, int n, float max) {
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = from; i < from + n; i += WIDTH) {
            FloatVector e = Functions.exp(at(a, i).sub(max));
            e.intoArray(a, i);
            sum = sum.add(e);
        }
        return Lanes.sum(sum);
    }
}
