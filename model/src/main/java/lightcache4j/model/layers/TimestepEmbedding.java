package lightcache4j.model.layers;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Two linear layers that turn the [Timesteps] sinusoid into what modulates a network.
public record TimestepEmbedding(Linear linear1, Linear linear2, Activation activation) {

    /// From a sinusoid of `in` features to `dim`.
    public static TimestepEmbedding load(Weights w, long in, long dim, Activation activation) {
        return new TimestepEmbedding(
                Linear.load(w.at("linear_1"), in, dim),
                Linear.load(w.at("linear_2"), dim, dim),
                activation);
    }

    /// `[K]` to `[E]`.
    public Tensor apply(Tensor sinusoid) {
        return linear2.apply(linear1.apply(sinusoid, activation));
    }
}
