package lightcache4j.model.layers;

import static lightcache4j.tensors.Functional.layerNorm;
import static lightcache4j.tensors.Functional.layerNormInto;

import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// Layer norm over the last axis (arXiv:1607.06450).
///
/// @param weight `[D]`, or null: no scale
/// @param bias `[D]`, or null: no shift
public record LayerNorm(@Nullable Tensor weight, @Nullable Tensor bias, float eps) {

    /// A norm over `dim` features.
    ///
    /// @param affine whether the checkpoint holds a scale and a shift
    public static LayerNorm load(Weights w, long dim, float eps, boolean affine) {
        return affine
                ? new LayerNorm(w.tensor("weight", dim), w.tensor("bias", dim), eps)
                : new LayerNorm(null, null, eps);
    }

    /// `[…, D]` to `[…, D]`.
    public Tensor apply(Tensor x) {
        return layerNorm(x, weight, bias, eps);
    }

    /// As [#apply], in place.
    public void normalize(Tensor x) {
        layerNormInto(x, x, weight, bias, eps);
    }
}
