package lightcache4j.model.layers;

import static lightcache4j.tensors.Functional.rmsNorm;

import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Root mean square norm over the last axis (arXiv:1910.07467).
///
/// @param weight `[D]`
public record RmsNorm(Tensor weight, float eps) {

    /// A norm over `dim` features.
    public static RmsNorm load(Weights w, long dim, float eps) {
        return new RmsNorm(w.tensor("weight", dim), eps);
    }

    /// `[…, D]` to `[…, D]`.
    public Tensor apply(Tensor x) {
        return rmsNorm(x, weight, eps);
    }
}
