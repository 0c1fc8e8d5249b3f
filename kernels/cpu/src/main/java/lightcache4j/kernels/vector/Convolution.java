package lightcache4j.kernels.vector;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Convolution of `[F, H, W, I]` as a product of windows and weights, without ever writing the
/// windows down.
///
/// Channels last, the `kw · I` numbers under one row of the kernel are neighbours in memory. So a
/// window is `kt · kh` runs of so many numbers, and the convolution is as many products whose left
/// rows begin where the windows do: overlapping, which a product does not mind. A task copies the
/// part of the input that a block of outputs looks at into a *strip* with its zeros, its history or
/// its repeated first frame in place, so that the products know no borders.
final class Convolution {
    /// Outputs of a task, at most.
    private static final int OUTPUTS = 256;

    /// Numbers in a strip, at most, unless the windows of a single position need more: 1 MiB.
    private static final int STRIP = 1 << 18;

    /// Steps of a product whose right factor stays in the cache, at most.
    private static final int DEPTH = 384;

    private final ConvGeometry geometry;
    private final MemorySegment out;
    private final MemorySegment x;
    private final @Nullable MemorySegment history;
    private final MemorySegment weight;
    private final DType dtype;
    private final float[] bias;
    private final MemorySegment packed;
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

    /// Numbers under one row of the kernel.
    private final int run;

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
        this.weight = weight.segment();
        this.dtype = weight.dtype();
        this.height = x.shape().length(1);
        this.width = x.shape().length(2);
        this.inputs = x.shape().length(3);
        this.outputs = out.shape().length(3);
        this.kt = weight.shape().rank() == 5 ? weight.shape().length(2) : 1;
        this.kh = weight.shape().length(-2);
        this.kw = weight.shape().length(-1);
        this.outHeight = out.shape().length(1);
        this.outWidth = out.shape().length(2);
        this.run = Math.multiplyExact(kw, inputs);
        this.panels = Panels.of(outputs);
        this.bias = Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT);
        long size = (long) kt * kh * run * panels.padded();
        this.packed = team.shared().panel(Scratch.Panel.RIGHT, size);
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
        convolution.pack(team);
        convolution.cut(out.shape().length(0), team.threads());
        convolution.compute(team, out.shape().length(0));
    }

    /// A kernel of one position that visits every position once: a linear layer over channels.
    private static boolean isPointwise(Tensor weight, ConvGeometry geometry) {
        return weight.size() == weight.dim(0) * weight.dim(1)
                && weight.dim(1) > 0
                && geometry.equals(ConvGeometry.same(0, 0));
    }

    /// Panels of `[kt, kh, kw, I]` by outputs, from `[O, I, kt, kh, kw]`.
    private void pack(Team team) {
        int taps = kt * kh * kw;
        int groups = (panels.padded() + Packing.ROWS - 1) / Packing.ROWS;
        team.run(
                panels.count() * groups,
                (task, scratch) -> {
                    int p = task / groups;
                    int j = task % groups * Packing.ROWS;
                    int wide = panels.width(p);
                    if (j >= wide) {
                        return;
                    }
                    int filled = Math.min(Packing.ROWS, wide - j);
                    int column = panels.start(p) + j;
                    int real = Math.clamp(outputs - column, 0, filled);
                    int each = inputs * taps;
                    float[] staged = Packing.rows(each, scratch);
                    long from = (long) column * each;
                    Lanes.widen(weight, dtype, from, staged, 0, real * each, scratch);
                    long start = (long) panels.start(p) * each + j;
                    Packing.transpose(
                            staged, each, real, filled, taps, packed, start, wide, scratch);
                });
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

    private long stripSize() {
        return (long) kt * stripRows() * stripColumns() * inputs;
    }

    private void compute(Team team, int outFrames) {
        int down = pieces(outHeight, blockRows);
        int across = pieces(outWidth, blockColumns);
        team.run(
                outFrames * down * across,
                (task, scratch) ->
                        new Block(
                                        scratch,
                                        task / across / down,
                                        task / across % down * blockRows,
                                        task % across * blockColumns)
                                .compute());
    }

    /// A rectangle of one output frame.
    private final class Block {
        private final Scratch scratch;
        private final int frame;
        private final int top;
        private final int left;
        private final int rows;
        private final int columns;
        private final float[] strip;

        Block(Scratch scratch, int frame, int top, int left) {
            this.scratch = scratch;
            this.frame = frame;
            this.top = top;
            this.left = left;
            this.rows = Math.min(blockRows, outHeight - top);
            this.columns = Math.min(blockColumns, outWidth - left);
            int size = Math.toIntExact(stripSize());
            this.strip = scratch.floats(Scratch.Use.LEFT, size);
        }

        void compute() {
            fill();
            int count = rows * columns;
            int padded = Tiles.up(count);
            int[] at = windows(count, padded);
            float[] sums = scratch.floats(Scratch.Use.SUMS, padded * 6 * Lanes.WIDTH);
            for (int p = 0; p < panels.count(); p++) {
                int wide = panels.width(p);
                for (int r = 0; r < padded; r++) {
                    System.arraycopy(bias, panels.start(p), sums, r * wide, wide);
                }
                for (int plane = 0; plane < kt * kh; plane++) {
                    multiply(p, plane, at, padded, sums);
                }
                store(p, sums);
            }
        }

        /// Copies what the block looks at.
        private void fill() {
            int line = stripColumns() * inputs;
            for (int dt = 0; dt < kt; dt++) {
                int t = frame * geometry.strideFrames() - geometry.before() + dt;
                MemorySegment source = t < 0 && history != null ? history : x;
                int at = t >= 0 ? t : history != null ? t + geometry.before() : 0;
                for (int r = 0; r < stripRows(); r++) {
                    int row = top * geometry.strideRows() - geometry.top() + r;
                    int to = (dt * stripRows() + r) * line;
                    if (row < 0 || row >= height) {
                        Arrays.fill(strip, to, to + line, 0);
                    } else {
                        line(source, ((long) at * height + row) * width, to);
                    }
                }
            }
        }

        /// Copies one row of the strip from the row of the input that begins at position `from`.
        private void line(MemorySegment source, long from, int to) {
            int start = left * geometry.strideColumns() - geometry.left();
            int first = Math.clamp(start, 0, width);
            int last = Math.clamp((long) start + stripColumns(), 0, width);
            int before = Math.clamp(-start, 0, stripColumns()) * inputs;
            int real = Math.max(0, last - first) * inputs;
            Arrays.fill(strip, to, to + before, 0);
            Lanes.copy(source, (from + first) * inputs, strip, to + before, real);
            Arrays.fill(strip, to + before + real, to + stripColumns() * inputs, 0);
        }

        /// Where each output's window begins in the strip; outputs beyond the last repeat it.
        private int[] windows(int count, int padded) {
            int[] at = scratch.ints(padded);
            for (int i = 0; i < padded; i++) {
                int output = Math.min(i, count - 1);
                int row = output / columns * geometry.strideRows();
                int column = output % columns * geometry.strideColumns();
                at[i] = (row * stripColumns() + column) * inputs;
            }
            return at;
        }

        /// Adds what one row of the kernel, in one of its frames, contributes.
        private void multiply(int p, int plane, int[] at, int padded, float[] sums) {
            int wide = panels.width(p);
            int line = plane / kh * stripRows() + plane % kh;
            int a0 = line * stripColumns() * inputs;
            long b0 = (long) panels.start(p) * kt * kh * run + (long) plane * run * wide;
            int depth = even(run, DEPTH);
            for (int k = 0; k < run; k += depth) {
                int steps = Math.min(depth, run - k);
                long b = b0 + (long) k * wide;
                Tiles.multiply(
                        panels.vectors(p),
                        strip,
                        a0 + k,
                        at,
                        padded,
                        packed,
                        b,
                        steps,
                        sums,
                        0,
                        wide);
            }
        }

        private void store(int p, float[] sums) {
            int wide = panels.width(p);
            int real = Math.min(wide, outputs - panels.start(p));
            for (int i = 0; i < rows * columns; i++) {
                long row = (long) frame * outHeight + top + i / columns;
                long position = row * outWidth + left + i % columns;
                Lanes.put(sums, i * wide, out, position * outputs + panels.start(p), real);
            }
        }
    }
}
