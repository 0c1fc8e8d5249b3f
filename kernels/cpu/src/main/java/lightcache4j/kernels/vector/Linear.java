package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// `out[M, N] = activation(x[M, K] · weightᵀ[N, K] + bias[N])` as a blocked product.
///
/// The weight is packed panel by panel, widened on the way, and the input in groups of rows, each
/// by the first thread that needs it. Weights of files stay packed ([PackedWeights]). Those whose
/// panels together would be large are done in rounds, inputs of many rows in stretches, and those
/// of many numbers a row in spans of `K`, so that what is packed at a time is bounded. A task is a
/// block of rows by some panels. It takes a few panels at a time through a span, block by block of
/// `K`; a panel's block is brought near once and rows stream by, a group at a time. Sums begin as
/// the bias, or as what the spans before have come to, just before they are needed; as soon as they
/// are done, they are written, the last time with the activation applied.
///
/// Where a panel's block fits the first-level cache, with vectors of 16, all rows stream by one
/// panel, then by the next; else each group of rows meets all the panels at hand, so that at least
/// the group stays in that cache, and rows are written in longer pieces. The first order for deep
/// blocks too, with sums of all rows filled in before and written after, lost 2 to 5 % of layers of
/// 1024 rows; the second for shallow ones too, 5 to 18 % of layers of 192 inputs (two cores of a
/// Xeon, 48 KiB), but with vectors of 8 it gained 3 to 7 %.
///
/// Rows by steps and the sums beside them take about 1 MiB of a second-level cache. Blocks of 384
/// rows by 8 panels and 256 steps lost 3 to 7 % where there are 2 MiB of it, as panels came from
/// beyond it three times as often; blocks of 1032 rows lost 3 to 15 % where there is 1 MiB and `K`
/// is 3072. With 32 KiB of a first-level cache, 192 to 512 steps, 264 to 348 rows and 3 to 8 panels
/// were 5 % slower to 2 % faster. Where panels need no touching ([Fetching]), 204 rows were 0.98 to
/// 1.08 times as fast; with vectors of 8, half the rows and as many columns 1.01 to 1.09 times.
final class Linear {
    /// Rows of a task, at most.
    private static final int BLOCK = WIDTH < 16 ? 252 : Fetching.NEEDS_TOUCH ? 516 : 204;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    /// Steps that rows are packed for at a time, at most. A block of them, 1.6 MiB, is read again
    /// for every few panels and comes from the third-level cache then; what is deeper is added up
    /// in the result, span by span.
    private static final int SPAN = 2048;

    /// Bytes of a panel's block that stay in a first-level cache of 32 KiB while rows stream by.
    private static final int NEAR = 24 << 10;

    /// Panels whose sums are held at a time, at most: 128 columns.
    private static final int TOGETHER = 128 / Panels.FULL;

    /// Packed numbers of a round, at most: 32 MiB.
    private static final int RIGHT = 1 << 23;

    /// Packed numbers of a stretch, at most, unless one block is larger: 32 MiB.
    private static final int LEFT = 1 << 23;

    private final Panels panels;
    private final Results results;
    private final Rows x;
    private final Rows weight;
    private final float[] bias;
    private final Activation activation;
    private final int m;

    /// The first step, of all of `K`.
    private final int from;

    /// Steps from there on.
    private final int k;

    /// Steps of a block of `K`.
    private final int depth;

    /// Whether a panel's block stays in the first-level cache and rows stream by it.
    private final boolean isNear;

    /// Panels whose sums are held at a time.
    private final int together;

    /// @param from the first step of `K`
    /// @param to the one after the last; the activation is for the end of `K`
    private Linear(
            Team team,
            Tensor out,
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            Activation activation,
            int from,
            int to) {
        int whole = Math.toIntExact(x.dim(1));
        this.m = Math.toIntExact(x.dim(0));
        this.from = from;
        this.k = to - from;
        this.panels = new Panels(Math.toIntExact(out.dim(1)));
        this.results = new Results(out.segment(), panels);
        this.x = Rows.of(x.segment(), DType.F32, whole).from(from);
        this.weight = Rows.of(weight, whole).from(from);
        this.activation = to == whole ? activation : Activation.NONE;
        this.bias = Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT);
        int blocks = Math.max(1, Math.ceilDiv(k, DEPTH));
        this.depth = Math.max(1, Math.ceilDiv(k, blocks));
        this.isNear = WIDTH >= 16 && depth * Panels.FULL * Float.BYTES <= NEAR;
        this.together = isNear && blocks == 1 ? 1 : TOGETHER;
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
        int k = Math.toIntExact(x.dim(1));
        Panels panels = new Panels(Math.toIntExact(out.dim(1)));
        boolean isKept =
                team.packedWeights()
                        .use(
                                weight,
                                (long) k * panels.padded(),
                                room ->
                                        new Linear(team, out, x, weight, bias, activation, 0, k)
                                                .new Round(0, panels.count(), team, room)
                                                .run());
        if (isKept) {
            return;
        }
        int each = Math.max(1, Lanes.up(Math.ceilDiv(k, Math.max(1, Math.ceilDiv(k, SPAN)))));
        for (int from = 0; from < Math.max(1, k); from += each) {
            int to = Math.min(k, from + each);
            new Linear(team, out, x, weight, bias, activation, from, to).inRounds(team);
        }
    }

    private void inRounds(Team team) {
        int most = RIGHT / (Panels.FULL * Math.max(1, k));
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
        private final PackedPanels right;

        Round(int first, int last, Team team, PackedWeights.Room room) {
            this.first = first;
            this.last = last;
            this.team = team;
            this.right = new PackedPanels(panels, weight, first, last, k, room);
        }

        void run() {
            int most = Math.max(BLOCK, LEFT / Math.max(1, k));
            int pieces = (m + most - 1) / most;
            int each = Math.ceilDiv(Math.ceilDiv(m, pieces), Tiles.HEIGHT) * Tiles.HEIGHT;
            for (int m0 = 0; m0 < m; m0 += each) {
                new Stretch(this, m0, Math.min(each, m - m0)).run();
            }
        }
    }

    /// Rows `m0` to `m0 + count`, packed together, times the panels of a round.
    private final class Stretch {
        private final Round round;
        private final int m0;
        private final int count;
        private final Cut cut;
        private final int packs; // groups of packed rows in a block
        private final float[] left;
        private final Claims claims;

        Stretch(Round round, int m0, int count) {
            this.round = round;
            this.m0 = m0;
            this.count = count;
            this.cut = Cut.of(count, round.last - round.first, BLOCK, round.team.threads());
            this.packs = Math.ceilDiv(cut.rows(), Tiles.HEIGHT);
            int size = Math.multiplyExact(cut.blocks() * packs, Packing.leftSize(k));
            this.left = round.team.shared().floats(Scratch.Use.LEFT, size);
            this.claims = new Claims(cut.blocks() * packs);
        }

        void run() {
            round.team.run(cut.tasks(), this::task);
        }

        /// Threads with the same panels begin with different ones, not to wait for their packing.
        private void task(int task, Scratch scratch) {
            int block = cut.block(task);
            int group = cut.group(task);
            int r0 = block * cut.rows();
            int high = Math.min(cut.rows(), count - r0);
            pack(block, high, group, scratch);
            int p0 = round.first + group * cut.panels();
            int length = Math.min(round.last, p0 + cut.panels()) - p0;
            int turns = Math.ceilDiv(length, together);
            for (int i = 0; i < turns; i++) {
                int turn = (i + block * turns / cut.blocks()) % turns;
                int p = p0 + turn * together;
                some(r0, high, p, Math.min(p + together, p0 + length), scratch);
            }
        }

        /// Packs the rows of a block, together with the other threads that are about to read them.
        private void pack(int block, int high, int part, Scratch scratch) {
            int from = block * packs;
            int to = from + Math.ceilDiv(high, Tiles.HEIGHT);
            int begin = from + part * (to - from) / cut.groups();
            claims.all(from, to, begin, i -> packGroup(i, scratch));
        }

        private void packGroup(int i, Scratch scratch) {
            int r = i / packs * cut.rows() + i % packs * Tiles.HEIGHT;
            int end = Math.min(count, (i / packs + 1) * cut.rows());
            int real = Math.min(Tiles.HEIGHT, end - r);
            Packing.left(x, (long) m0 + r, real, k, left, i * Packing.leftSize(k), scratch);
        }

        /// Computes `high` rows of a few panels.
        private void some(int r0, int high, int p0, int p1, Scratch scratch) {
            for (int p = p0; p < p1; p++) {
                round.right.pack(p, scratch);
            }
            int columns = panels.start(p1) - panels.start(p0);
            boolean atOnce = together == 1; // then sums of one group of rows are enough
            int held = atOnce ? Tiles.HEIGHT : Tiles.up(high);
            float[] sums = scratch.floats(Scratch.Use.SUMS, held * columns);
            int each = isNear ? 1 : p1 - p0;
            for (int k0 = 0; k0 < Math.max(1, k); k0 += depth) { // once if there is nothing to add
                for (int p = p0; p < p1; p += each) {
                    for (int i = p; i < p + each; i++) {
                        round.right.touch(i, k0, Math.min(depth, k - k0), scratch);
                    }
                    boolean isLast = k0 + depth >= k && p + each == p1;
                    for (int r = 0; r < high; r += Tiles.HEIGHT) {
                        int real = Math.min(Tiles.HEIGHT, high - r);
                        int c = atOnce ? 0 : r * columns;
                        int ofPanel = c + Tiles.up(real) * (panels.start(p) - panels.start(p0));
                        multiply(r0 + r, real, p, p + each, k0, sums, ofPanel);
                        if (isLast) {
                            Functions.activate(activation, sums, c, Tiles.up(real) * columns);
                            results.store(m0 + r0 + r, real, p0, p1, sums, c);
                        }
                    }
                }
            }
        }

        /// Adds a block's products of a group of rows, by one panel after the other.
        private void multiply(int r, int real, int p0, int p1, int k0, float[] sums, int c) {
            int steps = Math.min(depth, k - k0);
            int pack = r / cut.rows() * packs + r % cut.rows() / Tiles.HEIGHT;
            int a = pack * Packing.leftSize(k) + k0 * Tiles.HEIGHT;
            MemorySegment right = round.right.segment();
            if (from > 0 && k0 == 0) {
                results.load(m0 + r, real, p0, p1, sums, c);
            }
            for (int p = p0; p < p1; p++) {
                int width = panels.width(p);
                long b = round.right.at(p, k0);
                int vectors = panels.vectors(p);
                if (from + k0 == 0) {
                    Lanes.repeat(bias, panels.start(p), sums, c, width, 1);
                    Tiles.begin(real, vectors, left, a, Tiles.HEIGHT, right, b, steps, sums, c);
                } else {
                    Tiles.multiply(real, vectors, left, a, Tiles.HEIGHT, right, b, steps, sums, c);
                }
                c += Tiles.up(real) * width;
            }
        }
    }
}
