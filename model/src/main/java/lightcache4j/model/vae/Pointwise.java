package lightcache4j.model.vae;

import static lightcache4j.tensors.Functional.linear;

import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// A convolution with a kernel of 1 × 1 × 1: a linear layer on the channels of every position.
record Pointwise(Tensor weight, Tensor bias) {

    static Pointwise load(Weights w, int in, int out) {
        Tensor kernel = w.tensor("weight", out, in, 1, 1, 1);
        return new Pointwise(kernel.reshape(out, in), w.tensor("bias", out));
    }

    Tensor forward(Tensor x) {
        return linear(x, weight, bias);
    }
}
