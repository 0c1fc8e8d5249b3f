package lightcache4j.model.vae;

import static lightcache4j.tensors.Functional.conv3d;

import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// A 3 × 3 × 3 convolution that looks back in time only (`EasyAnimateCausalConv3d`): two frames
/// stand before the first, copies of it at the start of a clip, and later the last frames of the
/// piece before.
///
/// A layer that halves time starts each piece at a fresh pair of frames, so it looks back one frame
/// less.
///
/// Identity counts: [CausalState] keeps frames by layer.
final class CausalConv3d {
    private static final int DEPTH = 3;

    private final Tensor weight;
    private final Tensor bias;
    private final ConvGeometry start;
    private final ConvGeometry later;

    private CausalConv3d(Tensor weight, Tensor bias, ConvGeometry start) {
        this.weight = weight;
        this.bias = bias;
        this.start = start;
        this.later = start.after(DEPTH - start.strideFrames());
    }

    /// Keeps the size of frames and their number.
    static CausalConv3d load(Weights w, int in, int out) {
        return of(w, in, out, ConvGeometry.same(DEPTH - 1, 1));
    }

    /// Halves height and width, and the number of frames where `strideFrames` is 2. Zeros stand
    /// below and to the right only.
    static CausalConv3d halving(Weights w, int channels, int strideFrames) {
        ConvGeometry start = new ConvGeometry(DEPTH - 1, strideFrames, 2, 2, 0, 1, 0, 1);
        return of(w, channels, channels, start);
    }

    /// Doubles height and width first: each pixel becomes four.
    static CausalConv3d doubling(Weights w, int channels) {
        return of(w, channels, channels, ConvGeometry.same(DEPTH - 1, 1).enlarging(2));
    }

    private static CausalConv3d of(Weights w, int in, int out, ConvGeometry start) {
        Tensor weight = w.tensor("weight", out, in, DEPTH, DEPTH, DEPTH);
        return new CausalConv3d(weight, w.tensor("bias", out), start);
    }

    /// Frames that it looks back, once a clip has begun.
    int reach() {
        return later.before();
    }

    /// The next piece of a clip: `[F, H, W, I]` to `[F', H', W', O]`.
    Tensor forward(Tensor x, CausalState state) {
        return state.step(this, x, before -> forward(x, before));
    }

    /// @param before the [#reach] frames before `x`; null at the start of a clip
    Tensor forward(Tensor x, @Nullable Tensor before) {
        return conv3d(x, before, weight, bias, before == null ? start : later);
    }
}
