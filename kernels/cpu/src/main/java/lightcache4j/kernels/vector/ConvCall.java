package lightcache4j.kernels.vector;

import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// One convolution: `[F, H, W, I]`, perhaps with frames of history before it, by `[O, I, (kt,) kh,
/// kw]` to `[F', H', W', O]`, and how its outputs are cut into panels.
///
/// @param history null where the first frame is repeated
/// @param bias for each output, with zeros up to the end of the last panel
/// @param frames of the result
record ConvCall(
        ConvGeometry geometry,
        MemorySegment out,
        MemorySegment x,
        @Nullable MemorySegment history,
        Tensor weight,
        float[] bias,
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
            Team team,
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
                Lanes.vector(bias, panels.padded(), 0, team.shared(), Scratch.Use.SHIFT),
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

    /// Positions of the kernel.
    int taps() {
        return kt * kh * kw;
    }

    /// Numbers in a window.
    int steps() {
        return Math.multiplyExact(taps(), inputs);
    }

    /// The weights: a row for each output.
    Rows rows() {
        return Rows.of(weight.segment(), weight.dtype(), steps());
    }

    /// A kernel of one position that visits every position once: a linear layer over channels.
    boolean isPointwise() {
        return taps() == 1 && inputs > 0 && geometry.equals(ConvGeometry.same(0, 0));
    }

    /// The frame of the input that frame `t` is, counted from the first one of the history or of
    /// `x`: those before the first stand for it where there is no history.
    MemorySegment source(int t) {
        return t < 0 && history != null ? history : x;
    }

    /// Its index in [#source].
    int index(int t) {
        return t >= 0 ? t : history != null ? t + geometry.before() : 0;
    }

    /// The length of the pieces of `n` if none is longer than `most` and all are about equal.
    static int even(int n, int most) {
        int pieces = Math.ceilDiv(n, most);
        return Math.ceilDiv(n, pieces);
    }
}
