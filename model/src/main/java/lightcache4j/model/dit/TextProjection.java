package lightcache4j.model.dit;

import lightcache4j.model.layers.Linear;
import lightcache4j.model.layers.RmsNorm;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// Prompt embeddings brought to the width of the model.
///
/// @param norm what normalises them first, or null
public record TextProjection(@Nullable RmsNorm norm, Linear linear) {
    private static final float EPS = 1e-6f; // whatever norm_eps says

    /// `[T, E]` to `[T, D]`.
    Tensor apply(Tensor x) {
        return linear.apply(norm == null ? x : norm.apply(x));
    }

    /// From `in` features. The norm has `text_embed_dim` weights for either encoder, as in
    /// diffusers.
    static TextProjection load(Weights w, EasyAnimateConfig c, int in) {
        return c.normText()
                ? new TextProjection(
                        RmsNorm.load(w.at("0"), c.textDim(), EPS),
                        Linear.load(w.at("1"), in, c.dim()))
                : new TextProjection(null, Linear.load(w, in, c.dim()));
    }
}
