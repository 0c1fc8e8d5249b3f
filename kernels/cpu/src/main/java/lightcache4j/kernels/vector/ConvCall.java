package lightcache4j.kernels.vector;

import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One convolution: `[F, H, W, I]`, perhaps with frames of history before it, by `[O, I, (kt,) kh,
/// kw]` to `[F', H', W', O]`, and how its outputs are cut into panels.
///
/// @param history null where the first frame is repeated
/// @param frames of the result
record ConvCall(
        ConvGeometry geometry,
        MemorySegment out,
        MemorySegment x,
        @Nullable MemorySegment history,
        Tensor weight,
        @Nullable Tensor bias,
        Panels panels,
        int height,
        int width,
        int inputs,
        int outputs,
        int kt,
        int kh,
        int kw,
        int frames,
        int outHeight,
        int outWidth) {

    static ConvCall of(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        Panels panels = new Panels(out.shape().length(3));
        return new ConvCall(
                geometry,
                out.segment(),
                x.segment(),
                history == null ? null : history.segment(),
                weight,
                bias,
                panels,
                x.shape().length(1),
                x.shape().length(2),
                x.shape().length(3),
                panels.columns(),
                weight.shape().rank() == 5 ? weight.shape().length(2) : 1,
                weight.shape().length(-2),
                weight.shape().length(-1),
                out.shape().length(0),
                out.shape().length(1),
                out.shape().length(2));
    }

    /// What is added to each output, and zeros up to the end of the last panel.
    float[] shifts(Team team) {
        return Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT);
    }

    /// Positions of the kernel.
    int taps() {
        return kt * kh * kw;
    }

    /// Numbers in a window.
    int steps() {
        return Math.multiplyExact(taps(), inputs);
    }

    /// A kernel of one position that visits every position once: a linear layer over channels.
    boolean isPointwise() {
        return taps() == 1 && inputs > 0 && geometry.equals(ConvGeometry.same(0, 0));
    }

    /// Says where a position of the kernel begins among the steps of a window.
    @FunctionalInterface
    interface Place {
        int of(int frame, int row, int column);
    }

    /// Where each position of the kernel begins, in the order of the weights.
    int[] places(Place place) {
        int[] at = new int[taps()];
        for (int tap = 0; tap < at.length; tap++) {
            at[tap] = place.of(tap / (kh * kw), tap / kw % kh, tap % kw);
        }
        return at;
    }

    /// Brings in `columns` columns of a row of input frame `t`, as the kernel sees them: enlarged,
    /// with zeros beyond the borders. Before the first frame are those of the history, or, without
    /// one, copies of it.
    ///
    /// @param row may lie beyond the first row or the last
    /// @param left the first column, which may lie beyond the first or the last
    void bring(int t, int row, int left, int columns, float[] to, int at) {
        int scale = geometry.scale();
        int first = Math.clamp(left, 0, width * scale);
        int last = Math.clamp((long) left + columns, 0, width * scale);
        int end = at + columns * inputs;
        if (row < 0 || row >= height * scale || first == last) {
            Arrays.fill(to, at, end, 0);
            return;
        }
        MemorySegment source = t < 0 && history != null ? history : x;
        long frame = t >= 0 ? t : history != null ? t + geometry.before() : 0;
        long from = (frame * height + row / scale) * width;
        int real = at + (first - left) * inputs;
        Arrays.fill(to, at, real, 0);
        if (scale == 1) {
            Lanes.copy(source, (from + first) * inputs, to, real, (last - first) * inputs);
        } else {
            for (int x = first; x < last; ) {
                int times = Math.min(scale - x % scale, last - x);
                int place = real + (x - first) * inputs;
                Lanes.repeat(source, (from + x / scale) * inputs, to, place, inputs, times);
                x += times;
            }
        }
        Arrays.fill(to, real + (last - first) * inputs, end, 0);
    }

    /// Packs some columns of panel `p`, from its column `from` on: those of a square.
    ///
    /// @param places where the first channel of each position of the kernel goes, in steps
    /// @param apart steps from one channel to the next
    /// @param pitch from one step to the next
    /// @return how many
    int pack(
            int p,
            int from,
            int[] places,
            int apart,
            MemorySegment to,
            long start,
            int pitch,
            Scratch scratch) {
        int filled = Math.clamp(panels.width(p) - from, 0, Packing.ROWS);
        int first = panels.start(p) + from;
        int real = Math.clamp(outputs - first, 0, filled);
        if (filled > 0) {
            Rows rows = Rows.of(weight, steps());
            int n = steps();
            Packing.taps(rows, first, real, filled, n, places, apart, to, start, pitch, scratch);
        }
        return filled;
    }
}
