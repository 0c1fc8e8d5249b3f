package lightcache4j.kernels.vector;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// `out[M, N] = activation(x[M, K] · weightᵀ[N, K] + bias[N])` as a blocked product of packed
/// panels.
///
/// The weight is packed panel by panel, widened on the way, each by the first thread that needs it;
/// a weight whose panels together would be large is done in rounds. A task is a block of rows by a
/// few panels: it copies its rows block by block of `K`, so that rows, panels and sums fit the
/// second-level cache, and adds up in an array of its own that began as the bias. The activation is
/// applied there, before the only write to the result.
final class Linear {
    /// Rows of a task, at most.
    private static final int BLOCK = 128;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    /// Panels of a task, at most.
    private static final int GROUP = 4;

    /// Packed numbers of a round, at most, unless one panel is larger: 32 MiB.
    private static final int PACKED = 1 << 23;

    private final Panels panels;
    private final MemorySegment out;
    private final MemorySegment x;
    private final MemorySegment weight;
    private final DType dtype;
    private final float[] bias;
    private final Activation activation;
    private final int m;
    private final int k;
    private final int n;

    private Linear(
            Team team,
            Tensor out,
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            Activation activation) {
        this.m = Math.toIntExact(x.dim(0));
        this.k = Math.toIntExact(x.dim(1));
        this.n = Math.toIntExact(out.dim(1));
        this.panels = Panels.of(n);
        this.out = out.segment();
        this.x = x.segment();
        this.weight = weight.segment();
        this.dtype = weight.dtype();
        this.activation = activation;
        this.bias = Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT);
    }

    static void apply(
            Team team,
            Tensor out,
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            Activation activation) {
        if (out.size() == 0) {
            return;
        }
        if (x.dim(0) == 1) {
            OneRow.apply(team, out, x, weight, bias, activation);
            return;
        }
        Linear linear = new Linear(team, out, x, weight, bias, activation);
        int first = 0;
        while (first < linear.panels.count()) {
            int last = first + 1;
            while (last < linear.panels.count()
                    && (long) linear.k
                                    * (linear.panels.start(last + 1) - linear.panels.start(first))
                            <= PACKED) {
                last++;
            }
            linear.new Round(first, last, team).run(team);
            first = last;
        }
    }

    /// Panels `first` to `last`, packed together.
    private final class Round {
        private static final int PACKING = 1;
        private static final int PACKED_NOW = 2;

        private final int first;
        private final int last;
        private final int group;
        private final int groups;
        private final int rows;
        private final MemorySegment packed;
        private final AtomicIntegerArray states;

        Round(int first, int last, Team team) {
            this.first = first;
            this.last = last;
            long size = (long) k * (panels.start(last) - panels.start(first));
            this.packed = team.shared().panel(Scratch.Panel.RIGHT, size);
            this.states = new AtomicIntegerArray(last - first);
            int count = last - first;
            int wanted = 2 * team.threads();
            int blocks = (m + BLOCK - 1) / BLOCK;
            int most = team.threads() == 1 ? GROUP : Math.clamp(blocks * count / wanted, 1, GROUP);
            this.groups = (count + most - 1) / most;
            this.group = (count + groups - 1) / groups;
            int pieces = Math.max(blocks, (team.threads() + groups - 1) / groups);
            this.rows = Tiles.up((m + pieces - 1) / pieces);
        }

        void run(Team team) {
            int blocks = (m + rows - 1) / rows;
            team.run(blocks * groups, this::block);
        }

        private void block(int task, Scratch scratch) {
            int m0 = task / groups * rows;
            int count = Math.min(rows, m - m0);
            int p0 = first + task % groups * group;
            int p1 = Math.min(last, p0 + group);
            int padded = Tiles.up(count);
            int columns = panels.start(p1) - panels.start(p0);
            float[] sums = scratch.floats(Scratch.Use.SUMS, padded * columns);
            for (int p = p0; p < p1; p++) {
                pack(p, scratch);
                spread(p, padded, sums, padded * (panels.start(p) - panels.start(p0)));
            }
            int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
            int depth = (k + blocks - 1) / blocks;
            for (int k0 = 0; k0 < k; k0 += depth) {
                int steps = Math.min(depth, k - k0);
                float[] left = left(m0, count, k0, steps, scratch);
                int[] at = at(count, padded, steps, scratch);
                for (int p = p0; p < p1; p++) {
                    int width = panels.width(p);
                    long b0 = packedAt(p) + (long) k0 * width;
                    int c0 = padded * (panels.start(p) - panels.start(p0));
                    int vectors = panels.vectors(p);
                    Tiles.multiply(
                            vectors, left, 0, at, padded, packed, b0, steps, sums, c0, width);
                }
            }
            Functions.activate(activation, sums, 0, padded * columns);
            for (int p = p0; p < p1; p++) {
                store(p, m0, count, sums, padded * (panels.start(p) - panels.start(p0)));
            }
        }

        /// Packs panel `p` unless another thread has, or is at it: then waits.
        private void pack(int p, Scratch scratch) {
            int i = p - first;
            if (states.compareAndSet(i, 0, PACKING)) {
                try {
                    packNow(p, scratch);
                } finally {
                    states.set(i, PACKED_NOW);
                }
            }
            while (states.get(i) != PACKED_NOW) {
                Thread.onSpinWait();
            }
        }

        private void packNow(int p, Scratch scratch) {
            int width = panels.width(p);
            float[] staged = Packing.rows(k, scratch);
            for (int j = 0; j < width; j += Packing.ROWS) {
                int filled = Math.min(Packing.ROWS, width - j);
                int column = panels.start(p) + j;
                int real = Math.clamp(n - column, 0, filled);
                Lanes.widen(weight, dtype, (long) column * k, staged, 0, real * k, scratch);
                long start = packedAt(p) + j;
                Packing.transpose(staged, k, real, filled, 1, packed, start, width, scratch);
            }
        }

        /// Where panel `p` begins among the packed ones.
        private long packedAt(int p) {
            return (long) k * (panels.start(p) - panels.start(first));
        }

        /// Every row of sums begins as the bias.
        private void spread(int p, int count, float[] sums, int c0) {
            int width = panels.width(p);
            for (int r = 0; r < count; r++) {
                System.arraycopy(bias, panels.start(p), sums, c0 + r * width, width);
            }
        }

        private float[] left(int m0, int count, int k0, int steps, Scratch scratch) {
            float[] left = scratch.floats(Scratch.Use.LEFT, count * steps);
            if (steps == k) {
                Lanes.copy(x, (long) m0 * k, left, 0, count * k);
            } else {
                for (int r = 0; r < count; r++) {
                    Lanes.copy(x, (long) (m0 + r) * k + k0, left, r * steps, steps);
                }
            }
            return left;
        }

        /// Where rows begin; those beyond the last repeat it, and what they give is not stored.
        private int[] at(int count, int padded, int steps, Scratch scratch) {
            int[] at = scratch.ints(padded);
            for (int r = 0; r < padded; r++) {
                at[r] = Math.min(r, count - 1) * steps;
            }
            return at;
        }

        private void store(int p, int m0, int count, float[] sums, int c0) {
            int width = panels.width(p);
            int real = Math.min(width, n - panels.start(p));
            for (int r = 0; r < count; r++) {
                Lanes.put(sums, c0 + r * width, out, (long) (m0 + r) * n + panels.start(p), real);
            }
        }
    }
}
