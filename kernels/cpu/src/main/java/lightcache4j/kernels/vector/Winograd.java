package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.ConvBlocks.even;
import static lightcache4j.kernels.vector.Lanes.WIDTH;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Convolution by kernels three columns wide in half the multiplications (minimal filtering; Lavin
/// and Gray, arXiv:1509.09308).
///
/// Multiplying a polynomial of four coefficients by one of three takes six multiplications, as the
/// product has degree 5 and its values at six points settle it. Sliding three weights over six
/// columns, for four outputs, is the same computation transposed, and takes six where 4 · 3 are
/// usual: at each point, the input's value times the kernel's. What it costs to go to the points
/// and back, a few additions for an input ([TileRing]), a weight or an output ([Points]), is shared
/// by all that they are multiplied with; between, channels, rows and frames of the kernel are
/// summed up at the points. So each point has a convolution like any other but for its one column,
/// computed as by [Convolution], but row by row of the kernel, as channels go on from frame to
/// frame.
///
/// Only columns are taken together: rows and frames may be cut anywhere with the same bits.
final class Winograd {
    /// Tiles of a task, at most.
    private static final int TILES = 128;

    /// Tiles of a task that it is not cut below to give all threads something.
    private static final int FEW = 24;

    /// Numbers of the input at the points that a task holds, at most, unless it has one row: 4 MiB.
    private static final int HELD = 1 << 20;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    /// Packed weights of a round, at most, unless one panel is larger: 32 MiB.
    private static final int RIGHT = 1 << 23;

    private final ConvCall call;
    private final Panels panels;
    private final float[] bias;

    /// Tiles in a row of outputs.
    private final int tiles;

    /// Steps at one point.
    private final int steps;

    /// In tiles, not columns.
    private final ConvBlocks blocks;

    private Winograd(Team team, ConvCall call) {
        this.call = call;
        this.panels = call.panels();
        this.bias = call.shifts(team);
        this.tiles = Math.ceilDiv(call.outWidth(), Points.OUTPUTS);
        this.steps = Math.multiplyExact(call.kt() * call.kh(), call.inputs());
        this.blocks = cut(team.threads());
    }

    /// Whether it is for such kernels, and rows long enough. It must not depend on the number of
    /// rows or frames, since the bits do.
    static boolean suits(ConvCall call) {
        return call.kw() == Points.TAPS
                && call.geometry().strideColumns() == 1
                && call.geometry().strideRows() == 1
                && call.inputs() > 0
                && call.outWidth() > Points.OUTPUTS / 2;
    }

    static void apply(Team team, ConvCall call) {
        Winograd winograd = new Winograd(team, call);
        long size = (long) Points.COUNT * winograd.steps * winograd.panels.padded();
        boolean isKept =
                team.packedWeights()
                        .use(call.weight(), size, room -> winograd.inOneRound(team, room));
        if (!isKept) {
            winograd.inRounds(team);
        }
    }

    private void inOneRound(Team team, PackedWeights.Room room) {
        Round round = new Round(0, panels.count(), room.segment());
        if (!room.isPacked()) {
            round.pack(team);
        }
        round.run(team);
    }

    private void inRounds(Team team) {
        long panel = (long) Panels.FULL * Points.COUNT * steps;
        int most = (int) Math.max(1, RIGHT / panel);
        for (int first = 0; first < panels.count(); first += most) {
            int last = Math.min(panels.count(), first + most);
            long size = (long) Points.COUNT * steps * (panels.start(last) - panels.start(first));
            MemorySegment room = team.shared().panel(Scratch.Panel.RIGHT, size);
            Round round = new Round(first, last, room);
            round.pack(team);
            round.run(team);
        }
    }

    /// Chooses blocks of outputs: enough for all threads, small enough for the cache.
    private ConvBlocks cut(int threads) {
        int height = call.outHeight();
        int column = Points.COUNT * steps; // numbers under one tile
        int wide = even(tiles, Math.clamp(HELD / column, 1, TILES));
        int high = even(height, Math.max(1, TILES / wide));
        ConvBlocks cut = new ConvBlocks(call.frames(), height, tiles, high, wide);
        while (cut.rows() > 1
                && (form(cut).size() > HELD
                        || (cut.rows() * wide > FEW && cut.count() < 2 * threads))) {
            cut = cut.lower();
        }
        return cut.inRuns(threads == 1 ? 1 : 2 * threads);
    }

    private TileRing.Form form(ConvBlocks cut) {
        int rows = cut.rows() + call.kh() - 1;
        return new TileRing.Form(call.kt(), call.inputs(), rows, cut.columns());
    }

    /// Panels `first` to `last` of the weights, packed together: of each panel all steps at the
    /// first point, `[kh, kt, I]`, then at the next.
    private final class Round {
        private final int first;
        private final int last;
        private final MemorySegment packed;
        private final TileRing.Form form = form(blocks);
        private final int[] places;

        Round(int first, int last, MemorySegment packed) {
            this.first = first;
            this.last = last;
            this.packed = packed;
            this.places =
                    call.places((t, y, x) -> (y * call.kt() + t) * call.inputs() * call.kw() + x);
        }

        void run(Team team) {
            int count = last - first;
            int groups = Math.clamp(Math.ceilDiv(team.threads(), blocks.count()), 1, count);
            team.run(
                    blocks.count() * groups,
                    (task, scratch) -> {
                        int i = task / groups;
                        int group = task % groups;
                        new Block(
                                        this,
                                        scratch,
                                        blocks.top(i),
                                        blocks.left(i),
                                        first + group * count / groups,
                                        first + (group + 1) * count / groups)
                                .compute(blocks.from(i), blocks.to(i));
                    });
        }

        void pack(Team team) {
            int squares = Math.ceilDiv(Panels.FULL, Packing.ROWS);
            team.run(
                    (last - first) * squares,
                    (i, scratch) -> pack(first + i / squares, i % squares, scratch));
        }

        /// A few columns of a panel.
        private void pack(int p, int square, Scratch scratch) {
            int from = square * Packing.ROWS;
            MemorySegment taps =
                    scratch.panel(Scratch.Panel.TAPS, (long) call.steps() * Packing.ROWS);
            int filled = call.pack(p, from, places, call.kw(), taps, 0, Packing.ROWS, scratch);
            for (int i = 0; i < filled; i += WIDTH) {
                long to = packedAt(p) + from + i;
                Points.ofWeights(taps, i, Packing.ROWS, steps, packed, to, panels.width(p));
            }
        }

        /// Where panel `p` begins among the packed ones.
        long packedAt(int p) {
            return (long) Points.COUNT * steps * (panels.start(p) - panels.start(first));
        }
    }

    /// A rectangle of output frames, and some of their channels.
    private final class Block {
        private final Round round;
        private final int top;
        private final int left;
        private final int rows;
        private final int firstPanel;
        private final int lastPanel;
        private final TileRing input;
        private final float[] sums;

        /// Tiles, those that fill the last rows of sums included.
        private final int padded;

        Block(Round round, Scratch scratch, int top, int left, int firstPanel, int lastPanel) {
            this.round = round;
            this.top = top;
            this.left = left;
            this.firstPanel = firstPanel;
            this.lastPanel = lastPanel;
            this.rows = Math.min(blocks.rows(), call.outHeight() - top);
            this.padded = Tiles.up(rows * blocks.columns());
            this.input = new TileRing(round.form, call, top, left, scratch);
            this.sums = scratch.floats(Scratch.Use.SUMS, Points.COUNT * padded * Panels.FULL);
        }

        void compute(int from, int to) {
            for (int frame = from; frame < to; frame++) {
                int start = input.show(frame);
                for (int p = firstPanel; p < lastPanel; p++) {
                    multiply(p, start);
                    store(p, frame);
                }
            }
        }

        /// Adds up all windows of the block, at each point, row by row of the kernel.
        ///
        /// @param start the place of a window's first frame, from which on they go round
        private void multiply(int p, int start) {
            TileRing.Form form = round.form;
            int wide = panels.width(p);
            Arrays.fill(sums, 0, Points.COUNT * padded * wide, 0);
            long b0 = round.packedAt(p);
            for (int point = 0; point < Points.COUNT; point++) {
                int a0 = point * form.point();
                int c0 = point * padded * wide;
                for (int row = 0; row < call.kh(); row++, a0 += form.tiles()) {
                    int high = (call.kt() - start) * call.inputs();
                    multiply(p, a0 + start * form.frame(), b0, high, c0);
                    b0 += (long) high * wide;
                    int low = start * call.inputs();
                    multiply(p, a0, b0, low, c0);
                    b0 += (long) low * wide;
                }
            }
        }

        /// Adds up so many steps, one channel after the other, of all windows at a point.
        private void multiply(int p, int a0, long b0, int count, int c0) {
            int wide = panels.width(p);
            int length = rows * blocks.columns();
            int high = Tiles.tallest(panels.vectors(p));
            int depth = even(count, DEPTH);
            for (int k = 0; k < count; k += depth) {
                for (int i = 0; i < length; i += high) {
                    Tiles.multiply(
                            Math.min(high, length - i),
                            panels.vectors(p),
                            input.numbers(),
                            a0 + k * round.form.pitch() + i,
                            round.form.pitch(),
                            round.packed,
                            b0 + (long) k * wide,
                            Math.min(depth, count - k),
                            sums,
                            c0 + i * wide);
                }
            }
        }

        private void store(int p, int frame) {
            int wide = panels.width(p);
            int real = Math.min(wide, call.outputs() - panels.start(p));
            for (int r = 0; r < rows; r++) {
                long row = ((long) frame * call.outHeight() + top + r) * call.outWidth();
                for (int x = 0; x < blocks.columns(); x++) {
                    int column = (left + x) * Points.OUTPUTS;
                    int count = Math.min(Points.OUTPUTS, call.outWidth() - column);
                    if (count <= 0) {
                        break;
                    }
                    long to = (row + column) * call.outputs() + panels.start(p);
                    Points.toOutputs(
                            sums,
                            (r * blocks.columns() + x) * wide,
                            padded * wide,
                            bias,
                            panels.start(p),
                            call.out(),
                            to,
                            call.outputs(),
                            real,
                            count);
                }
            }
        }
    }
}
