package lightcache4j.model.schedule;

import static lightcache4j.tensors.Arithmetic.combine;

import lightcache4j.tensors.Tensor;

import java.util.function.Supplier;

/// Straight steps along the velocity that a flow matching model predicts (Euler's method; flow
/// matching is arXiv:2210.02747). A sample at level `σ` is `σ · noise + (1 − σ) · clean`.
final class EulerSchedule implements Schedule {
    private final float[] timesteps;
    private final float[] sigmas;
    private final boolean stochastic;

    /// @param timesteps one for each step
    /// @param sigmas one more than steps
    EulerSchedule(float[] timesteps, float[] sigmas, boolean stochastic) {
        this.timesteps = timesteps;
        this.sigmas = sigmas;
        this.stochastic = stochastic;
    }

    @Override
    public int steps() {
        return timesteps.length;
    }

    @Override
    public float timestep(int i) {
        return timesteps[i];
    }

    @Override
    public float sigma(int i) {
        return sigmas[i];
    }

    @Override
    public boolean stochastic() {
        return stochastic;
    }

    @Override
    public Tensor step(int i, Tensor predicted, Tensor sample, Supplier<Tensor> noise) {
        if (stochastic) {
            Tensor clean = combine(1, sample, -sigmas[i], predicted);
            return combine(1 - sigmas[i + 1], clean, sigmas[i + 1], noise.get());
        }
        return combine(1, sample, sigmas[i + 1] - sigmas[i], predicted);
    }

    @Override
    public Tensor scaleNoise(Tensor sample, int i, Tensor noise) {
        return combine(sigmas[i], noise, 1 - sigmas[i], sample);
    }
}
