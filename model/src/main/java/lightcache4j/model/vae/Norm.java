package lightcache4j.model.vae;

import static lightcache4j.tensors.Functional.groupNorm;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Group norm, then the activation.
record Norm(Tensor weight, Tensor bias, Kind kind) {
    private static final float EPS = 1e-6f; // the same in all of the autoencoder

    /// What the norms of an encoder or decoder have in common.
    ///
    /// @param perFrame statistics over each frame alone; else over all frames of the piece
    record Kind(int groups, boolean perFrame, Activation activation) {
        Kind alwaysPerFrame() {
            return new Kind(groups, true, activation);
        }
    }

    static Norm load(Weights w, int channels, Kind kind) {
        return new Norm(w.tensor("weight", channels), w.tensor("bias", channels), kind);
    }

    Tensor forward(Tensor x) {
        return groupNorm(x, kind.groups(), weight, bias, EPS, kind.perFrame(), kind.activation());
    }
}
