package lightcache4j.model.dit;

import static lightcache4j.tensors.Arithmetic.gatedSum;
import static lightcache4j.tensors.Arithmetic.modulate;
import static lightcache4j.tensors.Arithmetic.silu;

import lightcache4j.model.layers.LayerNorm;
import lightcache4j.model.layers.Linear;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Layer norm that the time shifts, scales and gates: adaLN-Zero (arXiv:2212.09748, section 3.2;
/// `EasyAnimateLayerNormZero` and `AdaLayerNorm` of diffusers). Both streams share the norm.
///
/// Letters: `L` video tokens, `T` text tokens, `D` width, `E` features of the time, `P` vectors.
///
/// @param linear `[P · D, E]`
public record AdaptiveNorm(Linear linear, LayerNorm norm, int dim) {
    /// Shift, scale, gate of the video, then of the text.
    private static final int TWO_STREAMS = 6;

    /// Shift and scale of the video.
    private static final int OUTPUT = 2;

    /// The norm before a part of a block.
    static AdaptiveNorm load(Weights w, EasyAnimateConfig c) {
        return load(w, c, TWO_STREAMS);
    }

    /// The norm before the output projection.
    static AdaptiveNorm loadOutput(Weights w, EasyAnimateConfig c) {
        return load(w, c, OUTPUT);
    }

    private static AdaptiveNorm load(Weights w, EasyAnimateConfig c, int vectors) {
        return new AdaptiveNorm(
                Linear.load(w.at("linear"), c.timeDim(), (long) vectors * c.dim()),
                LayerNorm.load(w.at("norm"), c.dim(), c.eps(), c.affine()),
                c.dim());
    }

    /// What the time asks of this layer, `[P, D]`.
    Tensor modulation(Tensor time) {
        return Scoped.tensor(() -> linear.apply(silu(time))).reshape(-1, dim);
    }

    /// Both streams normalised, scaled and shifted.
    Features apply(Features x, Tensor m) {
        return x.map(video -> video(video, m), text -> text(text, m));
    }

    /// The video normalised, scaled and shifted: `[L, D]` to `[L, D]`.
    Tensor video(Tensor x, Tensor m) {
        return apply(x, m.row(0), m.row(1));
    }

    /// The text normalised, scaled and shifted: `[T, D]` to `[T, D]`.
    Tensor text(Tensor x, Tensor m) {
        return apply(x, m.row(3), m.row(4));
    }

    /// One stream normalised, scaled and shifted: `[L, D]` to `[L, D]`.
    Tensor apply(Tensor x, Tensor shift, Tensor scale) {
        return Scoped.tensor(() -> modulate(norm.apply(x), shift, scale));
    }

    /// `x + gate · y` in each stream that `y` has.
    static Features gated(Features x, Tensor m, Features y) {
        return y.map(
                video -> gatedSum(x.video(), m.row(2), video),
                text -> gatedSum(x.requiredText(), m.row(5), text));
    }
}
