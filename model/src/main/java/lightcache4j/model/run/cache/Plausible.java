package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.moments;

import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// The range in which the statistics of the model's output may lie.
///
/// With `μ` and `σ` its mean and deviation, and `s` the last step computed in full, an output is
/// plausible if it is finite, `σ(s) / 2 ≤ σ ≤ 2 σ(s)` and `|μ − μ(s)| ≤ σ(s)`. From one step to
/// another a denoiser's output changes its deviation by some per cent; one that halves or doubles
/// it has come apart.
final class Plausible {
    private static final double RATIO = 2;

    private @Nullable Moments last;

    /// Remembers an output that was computed in full.
    void computed(Tensor y) {
        last = moments(y);
    }

    /// Whether an output that reuse had a part in may stand.
    boolean accepts(Tensor y) {
        Moments now = moments(y);
        Moments then = last;
        if (!now.finite() || then == null) {
            return now.finite();
        }
        double deviation = Math.sqrt(then.variance());
        double ratio = Math.sqrt(now.variance()) / deviation;
        return ratio >= 1 / RATIO
                && ratio <= RATIO
                && Math.abs(now.mean() - then.mean()) <= deviation;
    }
}
