package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;

/// What a rectangle of outputs of a [Winograd] convolution looks at, at the points: `[points, kt,
/// I, rows, tiles]`.
///
/// Its frames are a [FrameRing]. A tile of one row and the one below it lie as far apart for every
/// row, so tiles of a product may go on from one row to the next.
final class TileRing {
    private static final int SQUARE = Packing.ROWS * Packing.ROWS;

    /// The sizes of a ring.
    ///
    /// @param kt frames under the kernel
    /// @param inputs channels
    /// @param rows rows under a rectangle of outputs
    /// @param tiles tiles in a row
    record Form(int kt, int inputs, int rows, int tiles) {
        /// From one channel to the next: room for whole squares, and an odd number of them, since
        /// steps of a power of two crowd a few cache sets.
        int pitch() {
            return (Math.ceilDiv(rows * tiles, Packing.ROWS) | 1) * Packing.ROWS;
        }

        /// From one frame to the next.
        int frame() {
            return Math.multiplyExact(inputs, pitch());
        }

        /// From one point to the next.
        int point() {
            return Math.multiplyExact(kt, frame());
        }

        long size() {
            return (long) Points.COUNT * kt * inputs * pitch();
        }
    }

    private final Form form;
    private final ConvCall call;
    private final int top;
    private final int left;
    private final float[] numbers;

    /// A few tiles and channels at all points, and one of these squares turned.
    private final float[] squares;

    private final float[] turned;

    /// Rows of the input, with their borders.
    private final float[] lines;

    /// From one of them to the next.
    private final int line;

    private final FrameRing ring;

    /// @param top the rectangle's first row of outputs
    /// @param left its first tile
    TileRing(Form form, ConvCall call, int top, int left, Scratch scratch) {
        this.form = form;
        this.call = call;
        this.top = top - call.geometry().top();
        this.left = left * Points.OUTPUTS - call.geometry().left();
        this.squares = scratch.floats(Scratch.Use.STAGED, Points.COUNT * SQUARE);
        this.turned = scratch.floats(Scratch.Use.SQUARE, SQUARE);
        int size = Math.toIntExact(form.size() + Packing.ROWS);
        this.numbers = scratch.floats(Scratch.Use.LEFT, size);
        int columns = form.tiles() * Points.OUTPUTS + Points.TAPS - 1;
        this.line = Math.multiplyExact(columns, form.inputs());
        size = Math.addExact(Math.multiplyExact(form.rows(), line), Packing.ROWS);
        this.lines = scratch.floats(Scratch.Use.LINE, size);
        this.ring = new FrameRing(call);
    }

    float[] numbers() {
        return numbers;
    }

    /// Brings in what an output frame sees; returns the place of its first frame in the ring.
    int show(int frame) {
        return ring.show(frame, (t, place) -> fill(t, place * form.frame()));
    }

    /// Brings in frame `t` of the input, or what stands for it before the first.
    private void fill(int t, int to) {
        for (int r = 0; r < form.rows(); r++) {
            call.bring(t, top + r, left, line / form.inputs(), lines, r * line);
        }
        for (int c = 0; c < form.inputs(); c += Packing.ROWS) {
            for (int i = 0; i < form.rows() * form.tiles(); i += Packing.ROWS) {
                turn(c, i, to + c * form.pitch() + i);
            }
        }
    }

    /// A few tiles and channels at all points: `[tiles, channels]` of each becomes `[channels,
    /// tiles]`.
    private void turn(int channel, int tile, int to) {
        int some = Math.min(Packing.ROWS, form.rows() * form.tiles() - tile);
        for (int i = 0; i < some; i++) {
            int row = (tile + i) / form.tiles();
            int column = (tile + i) % form.tiles() * Points.OUTPUTS;
            int from = row * line + column * form.inputs() + channel;
            for (int j = 0; j < Packing.ROWS; j += WIDTH) {
                int start = i * Packing.ROWS + j;
                Points.ofInput(lines, from + j, form.inputs(), squares, start, SQUARE);
            }
        }
        int count = Math.min(Packing.ROWS, form.inputs() - channel);
        for (int p = 0; p < Points.COUNT; p++) {
            int start = to + p * form.point();
            int from = p * SQUARE;
            int rows = Packing.ROWS;
            Packing.turn(squares, from, rows, turned, count, numbers, start, form.pitch());
        }
    }
}
