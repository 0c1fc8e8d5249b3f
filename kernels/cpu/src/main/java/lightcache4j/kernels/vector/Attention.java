package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;

import jdk.incubator.vector.VectorMask;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Attention that never holds more scores than a tile (FlashAttention, arXiv:2205.14135), with the
/// online softmax of Milakov and Gimelshein (arXiv:1805.02867).
///
/// A task is a run of queries of one head. It goes through the keys block by block: packs the
/// block's keys and values once, then for one panel of queries at a time multiplies keys with
/// queries, turns the scores into powers of 2 below the largest one seen ([Softmax]), and adds the
/// values so weighted. Where a larger score turns up, what was added before is scaled down. Keys at
/// the end that are hidden from all queries, as those of padded texts are, are left out.
///
/// Scores are held key by key with the queries of a panel side by side in lanes. So the largest of
/// a query's scores and their sum need no exchange of lanes, the weights already lie as the left
/// factor of the second product wants them, and no query's result depends on the others that are
/// computed with it.
final class Attention {
    /// Queries of a task, at most.
    private static final int RUN = 1024;

    /// Keys of a block, a multiple of [Tiles#HEIGHT]: scores of a panel of queries stay in the
    /// first-level cache.
    private static final int KEYS = 192;

    private static final float LOG2_E = 1.442695f;

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
        this.scale = scale * LOG2_E;
        this.causal = causal;
        this.values = new Panels(width);
        int threads = team.threads();
        int wanted = heads % threads == 0 ? 1 : Math.ceilDiv(4 * threads, heads);
        int runs = Math.max(wanted, Math.ceilDiv(queries, RUN));
        this.run =
                Math.max(1, Math.ceilDiv(Math.ceilDiv(queries, runs), Panels.FULL)) * Panels.FULL;
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
            int runs = Math.ceilDiv(attention.queries, attention.run);
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
        private final int shown;
        private final Panels panels;
        private final Rows queryRows;
        private final Rows keyRows;
        private final MemorySegment right;
        private final float[] left;
        private final float[] scores;
        private final float[] mixed;
        private final float[] running;

        Piece(Scratch scratch, int head, int first) {
            this.scratch = scratch;
            this.head = head;
            this.first = first;
            this.count = Math.min(run, queries - first);
            this.panels = new Panels(count);
            this.rows = panels.padded();
            this.shown = shown();
            long start = ((long) first * heads + head) * width;
            this.queryRows = new Rows(q, DType.F32, start, (long) heads * width, scale);
            this.keyRows = new Rows(k, DType.F32, key(0), (long) kvHeads * width, 1);
            this.right = scratch.panel(Scratch.Panel.RIGHT, (long) rows * width);
            this.left = scratch.floats(Scratch.Use.LEFT, KEYS * width + Packing.BEYOND);
            this.scores = scratch.floats(Scratch.Use.SUMS, KEYS * Panels.FULL + Tiles.HEIGHT);
            this.mixed = scratch.floats(Scratch.Use.MIXED, rows * values.padded());
            this.running = scratch.floats(Scratch.Use.RUNNING, 2 * rows + 3 * WIDTH);
        }

        void compute() {
            int seen = visible(first + count - 1);
            int k0 = 0;
            do {
                block(k0, Math.min(KEYS, seen - k0), k0 + KEYS >= seen);
                k0 += KEYS;
            } while (k0 < seen);
        }

        /// Gets a panel of queries ready for the first block of keys, which then finds all in the
        /// cache.
        private void open(int p) {
            int wide = panels.width(p);
            int start = panels.start(p);
            for (int j = 0; j < wide; j += Packing.ROWS) {
                int filled = Math.min(Packing.ROWS, wide - j);
                int real = Math.clamp(count - start - j, 0, filled);
                long to = (long) width * start + j;
                Packing.right(queryRows, start + j, real, filled, width, right, to, wide, scratch);
            }
            for (int vp = 0; vp < values.count(); vp++) {
                int from = rows * values.start(vp) + start * values.width(vp);
                Arrays.fill(mixed, from, from + wide * values.width(vp), 0);
            }
            Arrays.fill(running, start, start + wide, Float.NEGATIVE_INFINITY);
            Arrays.fill(running, rows + start, rows + start + wide, 0);
        }

        /// Keys up to the last one that the bias shows to any query.
        private int shown() {
            int n = keys;
            if (bias != null && bias.dim(-2) == 1) {
                MemorySegment b = bias.segment();
                long start = plane(bias) * keys;
                while (n > 0 && Lanes.get(b, start + n - 1) == Float.NEGATIVE_INFINITY) {
                    n--;
                }
            }
            return n;
        }

        /// Keys that query `i` may see: the first so many.
        private int visible(int i) {
            return causal ? Math.clamp((long) i + keys - queries + 1, 0, shown) : shown;
        }

        private void block(int k0, int n, boolean last) {
            for (int r = 0; r < n; r += Tiles.HEIGHT) {
                int real = Math.min(Tiles.HEIGHT, n - r);
                Packing.left(keyRows, (long) k0 + r, real, width, left, r * width, scratch);
            }
            MemorySegment value = packValues(k0, n);
            for (int p = 0; p < panels.count(); p++) {
                int end = Math.min(count, panels.start(p + 1));
                if (k0 == 0) {
                    open(p);
                }
                if (visible(first + end - 1) > k0) {
                    score(p, k0, n);
                    hide(p, k0, n);
                    int rows0 = panels.start(p);
                    Softmax.update(scores, n, panels.width(p), running, rows0, mixed, rows, values);
                    mix(p, value, n);
                }
                if (last) {
                    for (int r = panels.start(p); r < end; r++) {
                        divide(r);
                    }
                }
            }
        }

        private MemorySegment packValues(int k0, int n) {
            MemorySegment value =
                    scratch.panel(Scratch.Panel.VALUES, (long) KEYS * values.padded());
            long start = key(k0);
            long pitch = (long) kvHeads * width;
            for (int c = 0; c < width; c += WIDTH) {
                int p = c / Panels.FULL;
                int wide = values.width(p);
                long to = (long) n * values.start(p) + c - values.start(p);
                column(v, start + c, pitch, Math.min(WIDTH, width - c), value, to, wide, n);
            }
            return value;
        }

        /// Where the head's part of a key begins, or of a value.
        private long key(long key) {
            return (key * kvHeads + head / (heads / kvHeads)) * width;
        }

        /// The scores of a panel of queries: row by row what one key gives.
        private void score(int p, int k0, int n) {
            int wide = panels.width(p);
            int vectors = panels.vectors(p);
            long b0 = (long) width * panels.start(p);
            int pitch = Tiles.HEIGHT;
            if (bias != null) {
                begin(bias, p, k0, n);
            }
            for (int r = 0; r < n; r += Tiles.HEIGHT) {
                int some = Math.min(Tiles.HEIGHT, n - r);
                int a0 = r * width;
                int c0 = r * wide;
                if (bias == null) {
                    Arrays.fill(scores, c0, c0 + wide, 0);
                    Tiles.begin(some, vectors, left, a0, pitch, right, b0, width, scores, c0);
                } else {
                    Tiles.multiply(some, vectors, left, a0, pitch, right, b0, width, scores, c0);
                }
            }
        }

        /// Sets scores to the bias.
        private void begin(Tensor bias, int p, int k0, int n) {
            int wide = panels.width(p);
            Arrays.fill(scores, n * wide, Tiles.up(n) * wide, 0);
            if (bias.dim(-2) == 1) {
                long from = plane(bias) * keys + k0;
                Softmax.begin(scores, n, wide, bias.segment(), from, LOG2_E);
            } else {
                Lanes.copy(turn(bias, p, k0, n), 0, scores, 0, n * wide);
            }
        }

        /// Adds −∞ to scores of keys that a query may not see.
        private void hide(int p, int k0, int n) {
            if (causal) {
                int wide = panels.width(p);
                int i = first + panels.start(p);
                for (int r = Math.max(0, visible(i) - k0); r < n; r++) {
                    int hidden = k0 + r - (i + keys - queries); // the first so many queries
                    Softmax.hide(scores, r * wide, wide, hidden);
                }
            }
        }

        private long plane(Tensor bias) {
            return bias.shape().rank() == 3 ? head * bias.dim(-2) : 0;
        }

        /// The bias of a panel of queries, key by key.
        private MemorySegment turn(Tensor bias, int p, int k0, int n) {
            int wide = panels.width(p);
            int i = first + panels.start(p);
            long start = (plane(bias) + i) * keys + k0;
            Rows source = new Rows(bias.segment(), DType.F32, start, keys, LOG2_E);
            MemorySegment turned = scratch.panel(Scratch.Panel.BIAS, (long) KEYS * Panels.FULL);
            for (int j = 0; j < wide; j += Packing.ROWS) {
                int filled = Math.min(Packing.ROWS, wide - j);
                int real = Math.clamp(count - panels.start(p) - j, 0, filled);
                Packing.right(source, j, real, filled, n, turned, j, wide, scratch);
            }
            return turned;
        }

        /// Adds the values, weighted, to what the queries of a panel have.
        private void mix(int p, MemorySegment value, int n) {
            int wide = panels.width(p);
            int real = Math.min(wide, count - panels.start(p));
            for (int vp = 0; vp < values.count(); vp++) {
                long b0 = (long) n * values.start(vp);
                for (int r = 0; r < real; r += Tiles.HEIGHT) {
                    Tiles.multiply(
                            Math.min(Tiles.HEIGHT, real - r),
                            values.vectors(vp),
                            scores,
                            r,
                            wide,
                            value,
                            b0,
                            n,
                            mixed,
                            rows * values.start(vp) + (panels.start(p) + r) * values.width(vp));
                }
            }
        }

        private void divide(int r) {
            float sum = running[rows + r];
            float share = sum == 0 ? 0 : 1 / sum;
            long to = ((long) (first + r) * heads + head) * width;
            for (int p = 0; p < values.count(); p++) {
                int wide = values.width(p);
                int from = rows * values.start(p) + r * wide;
                int real = Math.min(wide, width - values.start(p));
                if (real == 2 * WIDTH) {
                    put(at(mixed, from).mul(share), out, to + values.start(p));
                    put(at(mixed, from + WIDTH).mul(share), out, to + values.start(p) + WIDTH);
                    continue;
                }
                for (int c = from; c < from + wide; c += WIDTH) {
                    at(mixed, c).mul(share).intoArray(mixed, c);
                }
                Lanes.put(mixed, from, out, to + values.start(p), real);
            }
        }
    }

    /// Copies a column of `real` numbers, `n` rows of it, and zeros up to a whole vector.
    private static void column(
            MemorySegment from,
            long start,
            long pitch,
            int real,
            MemorySegment to,
            long at,
            int wide,
            int n) {
        if (real == WIDTH) {
            for (int j = 0; j < n; j++) {
                put(at(from, start + j * pitch), to, at + (long) j * wide);
            }
            return;
        }
        VectorMask<Float> mask = Lanes.rest(0, real);
        for (int j = 0; j < n; j++) {
            put(at(from, start + j * pitch, mask), to, at + (long) j * wide);
        }
    }
}
