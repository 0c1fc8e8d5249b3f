package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// `out[M, N] = activation(x[M, K] · weightᵀ[N, K] + bias[N])` as a blocked product of packed
/// factors.
///
/// The weight is packed panel by panel, widened on the way, and the input in groups of rows, each
/// by the first thread that needs it. Weights of files stay packed ([PackedWeights]). Those whose
/// panels together would be large are done in rounds, and inputs of many rows in stretches, so that
/// what is packed at a time is bounded. A task is a block of rows by some panels. It takes a few
/// panels at a time through all of `K`, block by block of `K`; a panel's block is brought near once
/// and all rows stream by. Its sums began as the bias; the activation is applied to them before the
/// only write to the result.
///
/// Rows by steps and the sums beside them take about 1 MiB of a second-level cache. Blocks of 384
/// rows by 8 panels and 256 steps lost 3 to 7 % where there are 2 MiB of it, as panels came from
/// beyond it three times as often; blocks of 1032 rows lost 3 to 15 % where there is 1 MiB and `K`
/// is 3072. With 32 KiB of a first-level cache, which a panel's block does not fit, 192 to 512
/// steps, 264 to 348 rows and 3 to 8 panels were 5 % slower to 2 % faster. Machines with vectors of
/// 8 have half as much or less: half the rows and as many columns were 1.01 to 1.09 times as fast.
final class Linear {
    /// Rows of a task, at most.
    private static final int BLOCK = WIDTH >= 16 ? 516 : 252;

    /// Rows of a task, at least, where there are more: each thread has rows of its own.
    private static final int LOWEST = 2 * Tiles.HEIGHT;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    /// Panels whose sums are held at a time: 128 columns.
    private static final int TOGETHER = 128 / Panels.FULL;

    /// Packed numbers of a round, at most, unless one panel is larger: 32 MiB.
    private static final int RIGHT = 1 << 23;

    /// Packed numbers of a stretch, at most, unless one block is larger: 32 MiB.
    private static final int LEFT = 1 << 23;

    private final Panels panels;
    private final MemorySegment out;
    private final Rows x;
    private final Rows weight;
    private final float[] bias;
    private final Activation activation;
    private final int m;
    private final int k;
    private final int n;

    /// Steps of a block of `K`.
    private final int depth;

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
        this.panels = new Panels(n);
        this.out = out.segment();
        this.x = Rows.of(x.segment(), DType.F32, k);
        this.weight = Rows.of(weight, k);
        this.activation = activation;
        this.bias = Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT);
        int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
        this.depth = (k + blocks - 1) / blocks;
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
        Panels panels = linear.panels;
        boolean isKept =
                team.packedWeights()
                        .use(
                                weight,
                                (long) linear.k * panels.padded(),
                                room -> linear.new Round(0, panels.count(), team, room).run());
        if (!isKept) {
            linear.inRounds(team);
        }
    }

    private void inRounds(Team team) {
        int most = (int) Math.max(1, RIGHT / ((long) Panels.FULL * Math.max(1, k)));
        for (int first = 0; first < panels.count(); first += most) {
            int last = Math.min(panels.count(), first + most);
            long size = (long) k * (panels.start(last) - panels.start(first));
            MemorySegment segment = team.shared().panel(Scratch.Panel.RIGHT, size);
            new Round(first, last, team, new PackedWeights.Room(segment, false)).run();
        }
    }

    /// Panels `first` to `last`, packed together.
    private final class Round {
        private final int first;
        private final int last;
        private final Team team;
        private final MemorySegment packed;
        private final boolean isPacked;
        private final Claims claims;

        Round(int first, int last, Team team, PackedWeights.Room room) {
            this.first = first;
            this.last = last;
            this.team = team;
            this.packed = room.segment();
            this.isPacked = room.isPacked();
            this.claims = new Claims(isPacked ? 0 : last - first);
        }

        void run() {
            int most = Math.max(BLOCK, LEFT / Math.max(1, k));
            int pieces = (m + most - 1) / most;
            int each = Math.ceilDiv(Math.ceilDiv(m, pieces), Tiles.HEIGHT) * Tiles.HEIGHT;
            for (int m0 = 0; m0 < m; m0 += each) {
                new Stretch(this, m0, Math.min(each, m - m0)).run();
            }
        }

        void pack(int p, Scratch scratch) {
            if (!isPacked) {
                claims.once(p - first, () -> packNow(p, scratch));
            }
        }

        private void packNow(int p, Scratch scratch) {
            int width = panels.width(p);
            for (int j = 0; j < width; j += Packing.ROWS) {
                int filled = Math.min(Packing.ROWS, width - j);
                int column = panels.start(p) + j;
                int real = Math.clamp(n - column, 0, filled);
                long start = packedAt(p) + j;
                Packing.right(weight, column, real, filled, k, packed, start, width, scratch);
            }
        }

        /// Where panel `p` begins among the packed ones.
        long packedAt(int p) {
            return (long) k * (panels.start(p) - panels.start(first));
        }
    }

    /// Rows `m0` to `m0 + count`, packed together, times the panels of a round.
    private final class Stretch {
        private final Round round;
        private final int m0;
        private final int count;
        private final int rows;
        private final int blocks;
        private final int group;
        private final int groups;
        private final int packs; // groups of packed rows in a block
        private final float[] left;
        private final Claims claims;

        Stretch(Round round, int m0, int count) {
            this.round = round;
            this.m0 = m0;
            this.count = count;
            int threads = round.team.threads();
            int panelCount = round.last - round.first;
            int wanted = threads == 1 ? 1 : 4 * threads;
            int own = Math.clamp(count / LOWEST, 1, threads);
            int pieces = Math.max(Math.ceilDiv(count, BLOCK), own);
            int split = Math.clamp(Math.ceilDiv(wanted, pieces), 1, panelCount);
            this.group = Math.ceilDiv(panelCount, split);
            this.groups = Math.ceilDiv(panelCount, group);
            int busy = Math.min(Math.ceilDiv(threads, groups), Math.ceilDiv(count, Tiles.HEIGHT));
            pieces = Math.max(pieces, busy); // few panels leave no thread idle
            this.rows = Tiles.up(Math.ceilDiv(count, pieces));
            this.blocks = Math.ceilDiv(count, rows);
            this.packs = Math.ceilDiv(rows, Tiles.HEIGHT);
            int size = Math.multiplyExact(blocks * packs, Packing.leftSize(k));
            this.left = round.team.shared().floats(Scratch.Use.LEFT, size);
            this.claims = new Claims(blocks * packs);
        }

        void run() {
            round.team.run(blocks * groups, this::task);
        }

        /// Threads that work on the same panels begin with different ones, so that they do not wait
        /// for each other's packing.
        private void task(int task, Scratch scratch) {
            int block = task / groups;
            int r0 = block * rows;
            int high = Math.min(rows, count - r0);
            pack(block, high, task % groups, scratch);
            int p0 = round.first + task % groups * group;
            int length = Math.min(round.last, p0 + group) - p0;
            int turns = Math.ceilDiv(length, TOGETHER);
            for (int i = 0; i < turns; i++) {
                int turn = (i + block * turns / blocks) % turns;
                int p = p0 + turn * TOGETHER;
                some(r0, high, p, Math.min(p + TOGETHER, p0 + length), scratch);
            }
        }

        /// Packs the rows of a block, together with the other threads that are about to read them.
        private void pack(int block, int high, int part, Scratch scratch) {
            int from = block * packs;
            int to = from + Math.ceilDiv(high, Tiles.HEIGHT);
            int begin = from + part * (to - from) / groups;
            claims.all(from, to, begin, i -> packGroup(i, scratch));
        }

        private void packGroup(int i, Scratch scratch) {
            int r = i / packs * rows + i % packs * Tiles.HEIGHT;
            int real = Math.min(Tiles.HEIGHT, Math.min(count, (i / packs + 1) * rows) - r);
            Packing.left(x, (long) m0 + r, real, k, left, i * Packing.leftSize(k), scratch);
        }

        /// Computes `high` rows of a few panels.
        private void some(int r0, int high, int p0, int p1, Scratch scratch) {
            int columns = panels.start(p1) - panels.start(p0);
            int padded = Tiles.up(high);
            float[] sums = scratch.floats(Scratch.Use.SUMS, padded * columns);
            for (int p = p0; p < p1; p++) {
                round.pack(p, scratch);
            }
            for (int p = p0; p < p1; p++) {
                int c0 = padded * (panels.start(p) - panels.start(p0));
                Lanes.repeat(bias, panels.start(p), sums, c0, panels.width(p), padded);
            }
            for (int k0 = 0; k0 < k; k0 += depth) {
                for (int p = p0; p < p1; p++) {
                    int c0 = padded * (panels.start(p) - panels.start(p0));
                    multiply(r0, high, p, k0, sums, c0, scratch);
                }
            }
            Functions.activate(activation, sums, 0, padded * columns);
            store(r0, high, p0, p1, sums, padded);
        }

        /// Writes rows to the result, each from the panels' parts of it.
        private void store(int r0, int high, int p0, int p1, float[] sums, int padded) {
            int first = panels.start(p0);
            int whole = n / Panels.FULL;
            for (int r = 0; r < high; r++) {
                long to = ((long) m0 + r0 + r) * n;
                int from = r * Panels.FULL;
                for (int p = p0; p < Math.min(p1, whole); p++) {
                    long column = to + (long) p * Panels.FULL;
                    put(at(sums, from), out, column);
                    put(at(sums, from + WIDTH), out, column + WIDTH);
                    from += padded * Panels.FULL;
                }
                if (whole < p1) {
                    int column = panels.start(whole);
                    from = padded * (column - first) + r * panels.width(whole);
                    Lanes.put(sums, from, out, to + column, n - column);
                }
            }
        }

        private void multiply(
                int r0, int high, int p, int k0, float[] sums, int c0, Scratch scratch) {
            int steps = Math.min(depth, k - k0);
            int vectors = panels.vectors(p);
            long b0 = round.packedAt(p) + (long) k0 * panels.width(p);
            scratch.touch(round.packed, b0, steps * panels.width(p));
            for (int r = 0; r < high; r += Tiles.HEIGHT) {
                int real = Math.min(Tiles.HEIGHT, high - r);
                int pack = r0 / rows * packs + r / Tiles.HEIGHT;
                int a0 = pack * Packing.leftSize(k) + k0 * Tiles.HEIGHT;
                int c = c0 + r * panels.width(p);
                Tiles.multiply(
                        real, vectors, left, a0, Tiles.HEIGHT, round.packed, b0, steps, sums, c);
            }
        }
    }
}
