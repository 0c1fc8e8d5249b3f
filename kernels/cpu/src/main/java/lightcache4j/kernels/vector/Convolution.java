package lightcache4j.kernels.vector;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Convolution of `[F, H, W, I]` as a product of windows and weights, without ever writing the
/// windows down.
///
/// A task copies the part of the input that a block of outputs looks at into a *strip*, with its
/// zeros, its history or its repeated first frame in place, so that the product knows no borders.
/// In the strip columns are innermost: `[kt, rows, I, columns]`. So what one step of the product
/// needs, one channel at one position of the kernel for a few neighbouring outputs, are neighbours
/// in memory, and the steps of a window are a table of places ([Tiles]). Outputs of a stride are
/// neighbours too, as columns are dealt to as many *phases* first.
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
        while (blockRows > 1 && (stripSize() > STRIP || tasks(outFrames) < 4 * threads)) {
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

    private int stripRows() {
        return (blockRows - 1) * geometry.strideRows() + kh;
    }

    private int stripColumns() {
        return (blockColumns - 1) * geometry.strideColumns() + kw;
    }

    /// Columns of a phase.
    private int phase() {
        return Math.ceilDiv(stripColumns(), geometry.strideColumns());
    }

    /// From one row of columns to the next in a strip.
    private int pitch() {
        return phase() * geometry.strideColumns();
    }

    private long stripSize() {
        return (long) kt * stripRows() * pitch() * inputs;
    }

    /// Where each step of a window stands in a strip, from the window's first column.
    private int[] window() {
        int[] at = new int[steps];
        int k = 0;
        for (int plane = 0; plane < kt * kh; plane++) {
            int row = plane / kh * stripRows() + plane % kh;
            for (int c = 0; c < inputs; c++) {
                for (int dx = 0; dx < kw; dx++) {
                    int stride = geometry.strideColumns();
                    at[k++] = (row * inputs + c) * pitch() + dx % stride * phase() + dx / stride;
                }
            }
        }
        return at;
    }

    /// Panels `first` to `last` of the weights, packed together.
    private final class Round {
        private final int first;
        private final int last;
        private final MemorySegment packed;
        private final int[] window = window();

        Round(int first, int last, Team team) {
            this.first = first;
            this.last = last;
            long size = (long) steps * (panels.start(last) - panels.start(first));
            this.packed = team.shared().panel(Scratch.Panel.RIGHT, size);
        }

        void run(Team team, int frames) {
            int squares = Math.ceilDiv(Panels.FULL, Packing.ROWS);
            team.run(
                    (last - first) * squares,
                    (i, scratch) -> pack(i / squares, i % squares, scratch));
            int down = pieces(outHeight, blockRows);
            int across = pieces(outWidth, blockColumns);
            team.run(
                    frames * down * across,
                    (task, scratch) -> {
                        int top = task / across % down * blockRows;
                        int left = task % across * blockColumns;
                        new Block(this, scratch, task / across / down, top, left).compute();
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

    /// A rectangle of one output frame.
    private final class Block {
        private final Round round;
        private final Scratch scratch;
        private final int frame;
        private final int top;
        private final int left;
        private final int rows;
        private final int columns;
        private final float[] strip;
        private final float[] line;

        /// Rows of sums for one row of outputs.
        private final int padded;

        Block(Round round, Scratch scratch, int frame, int top, int left) {
            this.round = round;
            this.scratch = scratch;
            this.frame = frame;
            this.top = top;
            this.left = left;
            this.rows = Math.min(blockRows, outHeight - top);
            this.columns = Math.min(blockColumns, outWidth - left);
            this.padded = Tiles.up(columns);
            int size = Math.toIntExact(stripSize() + Packing.ROWS);
            this.strip = scratch.floats(Scratch.Use.LEFT, size);
            int whole = Math.ceilDiv(phase(), Packing.ROWS) * Packing.ROWS;
            int length = Math.multiplyExact(whole * geometry.strideColumns(), inputs);
            this.line = scratch.floats(Scratch.Use.LINE, length + Packing.ROWS);
        }

        void compute() {
            fill();
            float[] sums = scratch.floats(Scratch.Use.SUMS, rows * padded * Panels.FULL);
            for (int p = round.first; p < round.last; p++) {
                int wide = panels.width(p);
                for (int r = 0; r < rows * padded; r++) {
                    System.arraycopy(bias, panels.start(p), sums, r * wide, wide);
                }
                multiply(p, sums);
                store(p, sums);
            }
        }

        /// Copies what the block looks at.
        private void fill() {
            for (int dt = 0; dt < kt; dt++) {
                int t = frame * geometry.strideFrames() - geometry.before() + dt;
                MemorySegment source = t < 0 && history != null ? history : x;
                int at = t >= 0 ? t : history != null ? t + geometry.before() : 0;
                for (int r = 0; r < stripRows(); r++) {
                    int row = top * geometry.strideRows() - geometry.top() + r;
                    int to = (dt * stripRows() + r) * inputs * pitch();
                    if (row < 0 || row >= height) {
                        Arrays.fill(strip, to, to + inputs * pitch(), 0);
                    } else {
                        line(source, ((long) at * height + row) * width);
                        turn(to);
                    }
                }
            }
        }

        /// Brings in the row of the input that begins at position `from`, with its borders.
        private void line(MemorySegment source, long from) {
            int start = left * geometry.strideColumns() - geometry.left();
            int first = Math.clamp(start, 0, width);
            int last = Math.clamp((long) start + stripColumns(), 0, width);
            int before = Math.clamp(-start, 0, stripColumns()) * inputs;
            int real = Math.max(0, last - first) * inputs;
            Arrays.fill(line, 0, before, 0);
            Lanes.copy(source, (from + first) * inputs, line, before, real);
            Arrays.fill(line, before + real, line.length, 0);
        }

        /// Turns a line: `[columns, I]` becomes `[I, phases of columns]`.
        private void turn(int to) {
            float[] square = scratch.floats(Scratch.Use.SQUARE, Packing.ROWS * Packing.ROWS);
            int stride = geometry.strideColumns();
            int phase = phase();
            for (int i = 0; i < stride; i++) {
                for (int x = 0; x < phase; x += Packing.ROWS) {
                    int some = Math.min(Packing.ROWS, phase - x);
                    for (int c = 0; c < inputs; c += Packing.ROWS) {
                        Packing.transpose(
                                line, (x * stride + i) * inputs + c, stride * inputs, square);
                        int p = to + c * pitch() + i * phase + x;
                        Packing.spread(
                                square,
                                Math.min(Packing.ROWS, inputs - c),
                                some,
                                strip,
                                p,
                                pitch());
                    }
                }
            }
        }

        /// Adds up all windows of the block.
        private void multiply(int p, float[] sums) {
            int wide = panels.width(p);
            int depth = even(steps, DEPTH);
            for (int k = 0; k < steps; k += depth) {
                int some = Math.min(depth, steps - k);
                long b0 = round.packedAt(p) + (long) k * wide;
                for (int r = 0; r < rows; r++) {
                    int a0 = r * geometry.strideRows() * inputs * pitch();
                    for (int x = 0; x < columns; x += Tiles.HEIGHT) {
                        Tiles.multiply(
                                Math.min(Tiles.HEIGHT, columns - x),
                                panels.vectors(p),
                                strip,
                                a0 + x,
                                round.window,
                                k,
                                round.packed,
                                b0,
                                some,
                                sums,
                                (r * padded + x) * wide,
                                wide);
                    }
                }
            }
        }

        private void store(int p, float[] sums) {
            int wide = panels.width(p);
            int real = Math.min(wide, outputs - panels.start(p));
            for (int r = 0; r < rows; r++) {
                long row = ((long) frame * outHeight + top + r) * outWidth + left;
                for (int i = 0; i < columns; i++) {
                    long to = (row + i) * outputs + panels.start(p);
                    Lanes.put(sums, (r * padded + i) * wide, out, to, real);
                }
            }
        }
    }
}
