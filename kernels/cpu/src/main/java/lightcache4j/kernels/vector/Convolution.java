package lightcache4j.kernels.vector;

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
/// neighbours in memory, and the steps of a window are a table of places ([Tiles]).
final class Convolution {
    /// Outputs of a task, at most.
    private static final int OUTPUTS = 256;

    /// Numbers in a strip, at most, unless the windows of a single position need more: 1 MiB.
    private static final int STRIP = 1 << 18;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    /// Packed weights of a round, at most, unless one panel is larger: 32 MiB.
    private static final int RIGHT = 1 << 23;

    private final ConvGeometry geometry;
    private final MemorySegment out;
    private final MemorySegment x;
    private final @Nullable MemorySegment history;
    private final Rows weight;
    private final float[] bias;
    private final Panels panels;

    private final int height;
    private final int width;
    private final int inputs;
    private final int outputs;
    private final int kt;
    private final int kh;
    private final int kw;
    private final int outHeight;
    private final int outWidth;

    /// Numbers in a window.
    private final int steps;

    private int blockRows;
    private int blockColumns;

    private Convolution(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        this.geometry = geometry;
        this.out = out.segment();
        this.x = x.segment();
        this.history = history == null ? null : history.segment();
        this.height = x.shape().length(1);
        this.width = x.shape().length(2);
        this.inputs = x.shape().length(3);
        this.outputs = out.shape().length(3);
        this.kt = weight.shape().rank() == 5 ? weight.shape().length(2) : 1;
        this.kh = weight.shape().length(-2);
        this.kw = weight.shape().length(-1);
        this.outHeight = out.shape().length(1);
        this.outWidth = out.shape().length(2);
        this.steps = Math.multiplyExact(kt * kh * kw, inputs);
        this.weight = Rows.of(weight.segment(), weight.dtype(), steps);
        this.panels = new Panels(outputs);
        this.bias = Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT);
        this.blockColumns = outWidth;
        this.blockRows = outHeight;
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
        if (isPointwise(weight, geometry)) {
            Linear.apply(
                    team,
                    out.reshape(-1, out.dim(3)),
                    x.reshape(-1, x.dim(3)),
                    weight.reshape(weight.dim(0), weight.dim(1)),
                    bias,
                    Activation.NONE);
            return;
        }
        Convolution convolution = new Convolution(team, out, x, history, weight, bias, geometry);
        int frames = out.shape().length(0);
        convolution.cut(frames, team.threads());
        int most = Math.max(1, RIGHT / (Panels.FULL * convolution.steps));
        for (int first = 0; first < convolution.panels.count(); first += most) {
            int last = Math.min(convolution.panels.count(), first + most);
            convolution.new Round(first, last, team).run(team, frames);
        }
    }

    /// A kernel of one position that visits every position once: a linear layer over channels.
    private static boolean isPointwise(Tensor weight, ConvGeometry geometry) {
        return weight.size() == weight.dim(0) * weight.dim(1)
                && weight.dim(1) > 0
                && geometry.equals(ConvGeometry.same(0, 0));
    }

    /// Chooses blocks of outputs: enough for all threads, small enough for the cache.
    private void cut(int outFrames, int threads) {
        blockColumns = even(outWidth, Math.min(OUTPUTS / 2, columnsThatFit()));
        blockRows = even(outHeight, Math.max(1, OUTPUTS / blockColumns));
        while (blockRows > 1 && (form().size() > STRIP || tasks(outFrames) < 4 * threads)) {
            blockRows = even(outHeight, blockRows - 1);
        }
    }

    private int columnsThatFit() {
        int fit = STRIP / Math.max(1, kt * kh * inputs) - kw;
        return Math.max(Tiles.HEIGHT, fit / geometry.strideColumns());
    }

    /// The length of the pieces of `n` if none is longer than `most` and all are about equal.
    private static int even(int n, int most) {
        int pieces = (n + most - 1) / most;
        return (n + pieces - 1) / pieces;
    }

    private int tasks(int outFrames) {
        return outFrames * pieces(outHeight, blockRows) * pieces(outWidth, blockColumns);
    }

    private static int pieces(int n, int each) {
        return (n + each - 1) / each;
    }

    /// The strip under a block.
    private Strip.Form form() {
        return new Strip.Form(
                kt,
                (blockRows - 1) * geometry.strideRows() + kh,
                inputs,
                (blockColumns - 1) * geometry.strideColumns() + kw,
                geometry.strideColumns());
    }

    /// Panels `first` to `last` of the weights, packed together.
    private final class Round {
        private final int first;
        private final int last;
        private final MemorySegment packed;
        private final Strip.Form form = form();
        private final int[] window;

        Round(int first, int last, Team team) {
            this.first = first;
            this.last = last;
            long size = (long) steps * (panels.start(last) - panels.start(first));
            this.packed = team.shared().panel(Scratch.Panel.RIGHT, size);
            this.window = team.shared().ints(Math.multiplyExact(kt, steps));
            form.tables(window, kh, kw);
        }

        void run(Team team, int frames) {
            int squares = Math.ceilDiv(Panels.FULL, Packing.ROWS);
            team.run(
                    (last - first) * squares,
                    (i, scratch) -> pack(i / squares, i % squares, scratch));
            int down = pieces(outHeight, blockRows);
            int across = pieces(outWidth, blockColumns);
            int wanted = team.threads() == 1 ? 1 : 4 * team.threads();
            int each = Math.ceilDiv(frames, Math.min(frames, Math.ceilDiv(wanted, down * across)));
            team.run(
                    pieces(frames, each) * down * across,
                    (task, scratch) -> {
                        int top = task / across % down * blockRows;
                        int left = task % across * blockColumns;
                        int from = task / across / down * each;
                        new Block(this, scratch, top, left)
                                .compute(from, Math.min(frames, from + each));
                    });
        }

        /// Panels of `[kt, kh, I, kw]` by outputs, from `[O, I, kt, kh, kw]`: a few columns.
        private void pack(int panel, int square, Scratch scratch) {
            int p = first + panel;
            int j = square * Packing.ROWS;
            int wide = panels.width(p);
            if (j < wide) {
                int filled = Math.min(Packing.ROWS, wide - j);
                int column = panels.start(p) + j;
                int real = Math.clamp(outputs - column, 0, filled);
                int taps = kt * kh * kw;
                Packing.taps(
                        weight,
                        column,
                        real,
                        filled,
                        steps,
                        taps,
                        kw,
                        packed,
                        packedAt(p) + j,
                        wide,
                        scratch);
            }
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
            this.rows = Math.min(blockRows, outHeight - top);
            this.columns = Math.min(blockColumns, outWidth - left);
            this.padded = Tiles.up(columns);
            this.strip =
                    new Strip(
                            round.form,
                            geometry,
                            x,
                            history,
                            height,
                            width,
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
                    multiply(p, start * steps);
                    store(p, frame);
                }
            }
        }

        /// Adds up all windows of the block.
        private void multiply(int p, int table) {
            int wide = panels.width(p);
            int depth = even(steps, DEPTH);
            for (int k = 0; k < steps; k += depth) {
                int some = Math.min(depth, steps - k);
                long b0 = round.packedAt(p) + (long) k * wide;
                for (int r = 0; r < rows; r++) {
                    int a0 = r * geometry.strideRows() * round.form.row();
                    for (int x = 0; x < columns; x += Tiles.HEIGHT) {
                        Tiles.multiply(
                                Math.min(Tiles.HEIGHT, columns - x),
                                panels.vectors(p),
                                strip.numbers(),
                                a0 + x,
                                round.window,
                                table + k,
                                round.packed,
                                b0,
                                some,
                                sums,
                                (r * padded + x) * wide);
                    }
                }
            }
        }

        private void store(int p, int frame) {
            int wide = panels.width(p);
            int real = Math.min(wide, outputs - panels.start(p));
            for (int r = 0; r < rows; r++) {
                long row = ((long) frame * outHeight + top + r) * outWidth + left;
                if (wide == outputs) {
                    Lanes.put(sums, r * padded * wide, out, row * outputs, columns * outputs);
                    continue;
                }
                for (int i = 0; i < columns; i++) {
                    long to = (row + i) * outputs + panels.start(p);
                    Lanes.put(sums, (r * padded + i) * wide, out, to, real);
                }
            }
        }
    }
}
