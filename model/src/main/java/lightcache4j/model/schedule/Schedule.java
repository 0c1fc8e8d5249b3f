package lightcache4j.model.schedule;

import lightcache4j.tensors.Tensor;

import java.util.function.Supplier;

/// The noise levels that one run visits, and the step between two of them. Immutable.
///
/// Tensors may have any shape and order of axes; all given to one call have the same.
public interface Schedule {

    /// Number of steps.
    int steps();

    /// What the model is told of step `i`, the checkpoint's own unit (0 to 1000, mostly).
    float timestep(int i);

    /// Noise level at the start of step `i`; [#steps] is allowed, and gives the level at the end.
    float sigma(int i);

    /// Whether [#step] draws noise.
    boolean stochastic();

    /// The sample after step `i`.
    ///
    /// @param predicted what the model made of `sample` at [#timestep] `i`
    /// @param noise normal noise, called once if the schedule is [#stochastic], else never
    Tensor step(int i, Tensor predicted, Tensor sample, Supplier<Tensor> noise);

    /// [#step] of a schedule that draws no noise.
    ///
    /// @throws UnusableSchedule if this one does
    default Tensor step(int i, Tensor predicted, Tensor sample) {
        return step(
                i,
                predicted,
                sample,
                () -> {
                    throw new UnusableSchedule(
                            "schedule: draws noise at every step (stochastic_sampling), wanted"
                                    + " noise to be supplied");
                });
    }

    /// A clean sample brought to the noise level at the start of step `i`, as image-to-video
    /// starts.
    Tensor scaleNoise(Tensor sample, int i, Tensor noise);
}
