package lightcache4j.model.vae;

import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

/// What the encoder says of a clip: a normal distribution for each number of its latents
/// (`DiagonalGaussianDistribution`).
///
/// @param mean `[f, h, w, L]`
/// @param logvar logarithm of the variance, −30 to 20, of the same shape
public record Posterior(Tensor mean, Tensor logvar) {
    static final float LOWEST_LOGVAR = -30;
    static final float HIGHEST_LOGVAR = 20;

    /// The most probable latents.
    public Tensor mode() {
        return mean;
    }

    /// `mean + exp(logvar / 2) · noise`.
    ///
    /// @param noise standard normal numbers of the same shape, in host memory
    /// @return a tensor of the current workspace
    public Tensor sample(Tensor noise) {
        if (!noise.shape().equals(mean.shape())) {
            throw new ShapeMismatch(
                    "vae sample", "noise is " + noise.shape() + ", wanted " + mean.shape());
        }
        Workspace workspace = Workspace.current();
        float[] latents = workspace.download(mean).toFloats();
        float[] logvars = workspace.download(logvar).toFloats();
        float[] drawn = noise.toFloats();
        for (int i = 0; i < latents.length; i++) {
            latents[i] += (float) Math.exp(0.5 * logvars[i]) * drawn[i];
        }
        return workspace.upload(Tensor.of(latents, mean.shape().dims()));
    }
}
