package lightcache4j.model.layers;

import static lightcache4j.tensors.Functional.linear;
import static lightcache4j.tensors.Functional.linearInto;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// `x weightᵀ + bias` over the last axis.
///
/// @param weight `[N, K]`
/// @param bias `[N]`, or null
public record Linear(Tensor weight, @Nullable Tensor bias) {

    /// From `in` to `out` features, with a bias.
    public static Linear load(Weights w, long in, long out) {
        return new Linear(w.matrix("weight", out, in), w.tensor("bias", out));
    }

    /// From `in` to `out` features, without a bias.
    public static Linear loadUnbiased(Weights w, long in, long out) {
        return new Linear(w.matrix("weight", out, in), null);
    }

    /// `[…, K]` to `[…, N]`.
    public Tensor apply(Tensor x) {
        return linear(x, weight, bias);
    }

    /// `[…, K]` to `[…, N]`, then `activation`.
    public Tensor apply(Tensor x, Activation activation) {
        return linear(x, weight, bias, activation);
    }

    /// As [#apply(Tensor)], into `out` `[…, N]`.
    public void into(Tensor out, Tensor x) {
        linearInto(out, x, weight, bias, Activation.NONE);
    }

    /// The layer of outputs `from` to `to` alone; shares the weights.
    public Linear outputs(long from, long to) {
        return new Linear(weight.rows(from, to), bias == null ? null : bias.rows(from, to));
    }
}
