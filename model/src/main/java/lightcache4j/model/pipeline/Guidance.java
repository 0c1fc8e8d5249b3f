package lightcache4j.model.pipeline;

import static lightcache4j.tensors.Arithmetic.combine;
import static lightcache4j.tensors.Arithmetic.moments;
import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.tensors.Tensor;

/// Classifier-free guidance and its rescaling.
final class Guidance {
    private Guidance() {}

    /// `u + w (c − u)`: away from the unconditional prediction `u`, past the conditional one `c`
    /// (arXiv:2207.12598).
    static Tensor guide(Tensor unconditional, Tensor conditional, float weight) {
        return combine(1 - weight, unconditional, weight, conditional);
    }

    /// `φ · g · σ(c)/σ(g) + (1 − φ) · g`: the guided prediction `g` partly brought back to the
    /// deviation of the conditional one, against overexposure (arXiv:2305.08891, equations 15 and
    /// 16).
    static Tensor rescale(Tensor guided, Tensor conditional, float phi) {
        double ratio = moments(conditional).sampleDeviation() / moments(guided).sampleDeviation();
        return scale(guided, (float) (phi * ratio + 1 - phi));
    }
}
