package lightcache4j.kernels.vector;

/// What a rectangle of outputs of a [Convolution] looks at: `[kt, rows, I, columns]`, with the
/// borders' zeros, the history or the repeated first frame in place.
///
/// Its frames are a [FrameRing]. Columns are dealt to as many *phases* as the stride, so that
/// outputs next to each other look at columns next to each other.
final class Strip {
    /// The sizes of a strip.
    ///
    /// @param kt frames under the kernel
    /// @param rows rows under a rectangle of outputs
    /// @param inputs channels
    /// @param columns columns under a rectangle
    /// @param stride columns from output to output
    record Form(int kt, int rows, int inputs, int columns, int stride) {
        /// Columns of a phase.
        int phase() {
            return Math.ceilDiv(columns, stride);
        }

        /// From one channel to the next.
        int pitch() {
            return phase() * stride;
        }

        /// From one row to the next.
        int row() {
            return Math.multiplyExact(inputs, pitch());
        }

        /// From one frame to the next.
        long frame() {
            return (long) rows * row();
        }

        long size() {
            return kt * frame();
        }

        /// Where column `dx` of a window stands, from its first.
        int column(int dx) {
            return dx % stride * phase() + dx / stride;
        }
    }

    private final Form form;
    private final ConvCall call;
    private final int top;
    private final int left;
    private final Scratch scratch;
    private final float[] numbers;
    private final float[] line;
    private final FrameRing ring;

    /// @param top the first row, that of the border being negative
    /// @param left the first column
    Strip(Form form, ConvCall call, int top, int left, Scratch scratch) {
        this.form = form;
        this.call = call;
        this.top = top;
        this.left = left;
        this.scratch = scratch;
        int size = Math.toIntExact(form.size() + Packing.ROWS);
        this.numbers = scratch.floats(Scratch.Use.LEFT, size);
        int whole = Packing.up(form.phase()) * form.stride();
        int length = Math.multiplyExact(whole, form.inputs());
        this.line = scratch.floats(Scratch.Use.LINE, length + Packing.ROWS);
        this.ring = new FrameRing(call);
    }

    float[] numbers() {
        return numbers;
    }

    /// Brings in what an output frame sees; returns the place of its first frame in the ring.
    int show(int frame) {
        return ring.show(frame, (t, place) -> fill(t, Math.toIntExact(place * form.frame())));
    }

    /// Copies frame `t` of the input, or what stands for it before the first.
    private void fill(int t, int to) {
        for (int r = 0; r < form.rows(); r++) {
            call.bring(t, top + r, left, form.pitch(), line, 0);
            turn(to + r * form.row());
        }
    }

    /// Turns a line: `[columns, I]` becomes `[I, phases of columns]`.
    private void turn(int to) {
        float[] square = scratch.floats(Scratch.Use.SQUARE, Packing.ROWS * Packing.ROWS);
        int inputs = form.inputs();
        int stride = form.stride();
        int phase = form.phase();
        int pitch = form.pitch();
        for (int i = 0; i < stride; i++) {
            for (int x0 = 0; x0 < phase; x0 += Packing.ROWS) {
                int some = Math.min(Packing.ROWS, phase - x0);
                for (int c = 0; c < inputs; c += Packing.ROWS) {
                    int from = (x0 * stride + i) * inputs + c;
                    Packing.transpose(
                            line, from, stride * inputs, Packing.ROWS, square, 0, Packing.ROWS);
                    int rows = Math.min(Packing.ROWS, inputs - c);
                    int start = to + c * pitch + i * phase + x0;
                    Packing.spread(square, rows, some, numbers, start, pitch);
                }
            }
        }
    }
}
