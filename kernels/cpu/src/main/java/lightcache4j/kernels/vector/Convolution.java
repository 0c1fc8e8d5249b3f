package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.ConvBlocks.even;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Convolution of `[F, H, W, I]` as a product of windows and weights, without ever writing the
/// windows down.
///
/// A task copies the part of the input that a block of outputs looks at into a [Strip], with its
/// borders, so that the product knows none. In the strip columns are innermost. So what one step of
/// the product needs, one channel at one position of the kernel for a few neighbouring outputs, are
/// neighbours in memory. From there to the next channel it is as far as from the last channel to
/// the next row: a column of the kernel, in one frame, is one product of [Tiles].
final class Convolution {
    /// Outputs of a task, at most.
    private static final int OUTPUTS = 256;

    /// Numbers in a strip, at most, unless the windows of a single position need more: 1 MiB.
    private static final int STRIP = 1 << 18;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    /// Packed weights of a round, at most, unless one panel is larger: 32 MiB.
    private static final int RIGHT = 1 << 23;

    private final ConvCall call;
    private final ConvGeometry geometry;
    private final Panels panels;
    private final float[] bias;
    private final int steps;

    private Convolution(Team team, ConvCall call) {
        this.call = call;
        this.geometry = call.geometry();
        this.panels = call.panels();
        this.bias = call.shifts(team);
        this.steps = call.steps();
    }

    static void apply(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        if (out.size() == 0) {
            return;
        }
        ConvCall call = ConvCall.of(out, x, history, weight, bias, geometry);
        if (call.isPointwise()) {
            Linear.apply(
                    team,
                    out.reshape(-1, out.dim(3)),
                    x.reshape(-1, x.dim(3)),
                    weight.reshape(weight.dim(0), weight.dim(1)),
                    bias,
                    Activation.NONE);
        } else if (Winograd.suits(call)) {
            Winograd.apply(team, call);
        } else {
            new Convolution(team, call).run(team);
        }
    }

    private void run(Team team) {
        ConvBlocks blocks = cut(team.threads());
        int most = Math.max(1, RIGHT / (Panels.FULL * steps));
        for (int first = 0; first < panels.count(); first += most) {
            int last = Math.min(panels.count(), first + most);
            new Round(blocks, first, last, team).run(team);
        }
    }

    /// Chooses blocks of outputs: enough for all threads, small enough for the cache.
    private ConvBlocks cut(int threads) {
        int height = call.outHeight();
        int columns = even(call.outWidth(), Math.min(OUTPUTS / 2, columnsThatFit()));
        int rows = even(height, Math.max(1, OUTPUTS / columns));
        ConvBlocks blocks = new ConvBlocks(call.frames(), height, call.outWidth(), rows, columns);
        while (blocks.rows() > 1 && (form(blocks).size() > STRIP || blocks.count() < 4 * threads)) {
            blocks = blocks.lower();
        }
        return blocks.inRuns(threads == 1 ? 1 : 4 * threads);
    }

    private int columnsThatFit() {
        int fit = STRIP / Math.max(1, call.kt() * call.kh() * call.inputs()) - call.kw();
        return Math.max(Tiles.HEIGHT, fit / geometry.strideColumns());
    }

    /// The strip under a block.
    private Strip.Form form(ConvBlocks blocks) {
        return new Strip.Form(
                call.kt(),
                (blocks.rows() - 1) * geometry.strideRows() + call.kh(),
                call.inputs(),
                (blocks.columns() - 1) * geometry.strideColumns() + call.kw(),
                geometry.strideColumns());
    }

    /// Panels `first` to `last` of the weights, packed together.
    private final class Round {
        private final int first;
        private final int last;
        private final MemorySegment packed;
        private final ConvBlocks blocks;
        private final Strip.Form form;
        private final int[] places;

        Round(ConvBlocks blocks, int first, int last, Team team) {
            this.blocks = blocks;
            this.form = form(blocks);
            this.first = first;
            this.last = last;
            long size = (long) steps * (panels.start(last) - panels.start(first));
            this.packed = team.shared().panel(Scratch.Panel.RIGHT, size);
            this.places =
                    call.places((t, y, x) -> ((t * call.kw() + x) * call.kh() + y) * call.inputs());
        }

        void run(Team team) {
            int squares = Math.ceilDiv(Panels.FULL, Packing.ROWS);
            team.run(
                    (last - first) * squares,
                    (i, scratch) -> pack(first + i / squares, i % squares, scratch));
            team.run(
                    blocks.count(),
                    (i, scratch) ->
                            new Block(this, scratch, blocks.top(i), blocks.left(i))
                                    .compute(blocks.from(i), blocks.to(i)));
        }

        /// Panels of `[kt, kw, kh, I]` by outputs, from `[O, I, kt, kh, kw]`: a few columns.
        private void pack(int p, int square, Scratch scratch) {
            int from = square * Packing.ROWS;
            long to = packedAt(p) + from;
            call.pack(p, from, places, 1, packed, to, panels.width(p), scratch);
        }

        /// Where panel `p` begins among the packed ones.
        long packedAt(int p) {
            return (long) steps * (panels.start(p) - panels.start(first));
        }
    }

    /// A rectangle of output frames.
    private final class Block {
        private final Round round;
        private final int top;
        private final int left;
        private final int rows;
        private final int columns;
        private final Strip strip;
        private final float[] sums;

        /// Rows of sums for one row of outputs.
        private final int padded;

        Block(Round round, Scratch scratch, int top, int left) {
            this.round = round;
            this.top = top;
            this.left = left;
            this.rows = Math.min(round.blocks.rows(), call.outHeight() - top);
            this.columns = Math.min(round.blocks.columns(), call.outWidth() - left);
            this.padded = Tiles.up(columns);
            this.strip =
                    new Strip(
                            round.form,
                            call,
                            top * geometry.strideRows() - geometry.top(),
                            left * geometry.strideColumns() - geometry.left(),
                            scratch);
            this.sums = scratch.floats(Scratch.Use.SUMS, rows * padded * Panels.FULL);
        }

        void compute(int from, int to) {
            for (int frame = from; frame < to; frame++) {
                int start = strip.show(frame);
                for (int p = round.first; p < round.last; p++) {
                    Lanes.repeat(bias, panels.start(p), sums, 0, panels.width(p), rows * padded);
                    multiply(p, start);
                    store(p, frame);
                }
            }
        }

        /// Adds up all windows of the block, column by column of the kernel.
        ///
        /// @param start the place of a window's first frame
        private void multiply(int p, int start) {
            Strip.Form form = round.form;
            int column = call.kh() * call.inputs();
            int depth = even(column, DEPTH);
            long b0 = round.packedAt(p);
            for (int i = 0; i < call.kt() * call.kw(); i++) {
                int frame = (start + i / call.kw()) % call.kt();
                int a0 = Math.toIntExact(frame * form.frame()) + form.column(i % call.kw());
                for (int k = 0; k < column; k += depth) {
                    int some = Math.min(depth, column - k);
                    multiply(p, a0 + k * form.pitch(), b0, some);
                    b0 += (long) some * panels.width(p);
                }
            }
        }

        /// Adds up so many steps of all windows.
        private void multiply(int p, int start, long b0, int some) {
            int wide = panels.width(p);
            for (int r = 0; r < rows; r++) {
                int a0 = start + r * geometry.strideRows() * round.form.row();
                for (int x = 0; x < columns; x += Tiles.HEIGHT) {
                    Tiles.multiply(
                            Math.min(Tiles.HEIGHT, columns - x),
                            panels.vectors(p),
                            strip.numbers(),
                            a0 + x,
                            round.form.pitch(),
                            round.packed,
                            b0,
                            some,
                            sums,
                            (r * padded + x) * wide);
                }
            }
        }

        private void store(int p, int frame) {
            int wide = panels.width(p);
            int outputs = call.outputs();
            int real = Math.min(wide, outputs - panels.start(p));
            for (int r = 0; r < rows; r++) {
                long row = ((long) frame * call.outHeight() + top + r) * call.outWidth() + left;
                if (wide == outputs) {
                    Lanes.put(
                            sums, r * padded * wide, call.out(), row * outputs, columns * outputs);
                    continue;
                }
                for (int i = 0; i < columns; i++) {
                    long to = (row + i) * outputs + panels.start(p);
                    Lanes.put(sums, (r * padded + i) * wide, call.out(), to, real);
                }
            }
        }
    }
}
