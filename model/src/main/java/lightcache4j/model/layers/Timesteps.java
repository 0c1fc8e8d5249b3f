package lightcache4j.model.layers;

import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

/// A noise level as waves of falling frequency: the sinusoid of DDPM (arXiv:2006.11239), as
/// `get_timestep_embedding` of diffusers computes it, in float32.
///
/// @param dim number of features; an odd one ends with a zero
/// @param cosFirst whether cosines come before sines (`flip_sin_to_cos`)
/// @param shift how much earlier than the end the lowest frequency, 1/10000, would stand
///   (`freq_shift`)
public record Timesteps(int dim, boolean cosFirst, float shift) {
    private static final double PERIOD = 10_000;

    /// `[dim]` in the current workspace.
    public Tensor apply(float timestep) {
        int half = dim / 2;
        float[] waves = new float[dim];
        for (int i = 0; i < half; i++) {
            float exponent = (float) -Math.log(PERIOD) * i / (half - shift);
            float angle = timestep * (float) Math.exp(exponent);
            waves[cosFirst ? half + i : i] = (float) Math.sin(angle);
            waves[cosFirst ? i : half + i] = (float) Math.cos(angle);
        }
        return Workspace.current().upload(Tensor.of(waves, dim));
    }
}
