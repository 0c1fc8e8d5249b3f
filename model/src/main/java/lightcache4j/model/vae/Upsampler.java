package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.tensors.Functional.upsampleFramesLinear;
import static lightcache4j.tensors.Functional.upsampleNearest;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Doubles height and width, convolves, and doubles time where it is temporal
/// (`EasyAnimateUpsampler3D`). Frames of double size are nowhere in memory: the convolution sees
/// each pixel four times.
///
/// The first frame of a clip stands for itself alone: its time is not doubled.
///
/// @param linear whether new frames are interpolated; else each is shown twice
record Upsampler(Site site, CausalConv3d conv, boolean temporal, boolean linear)
        implements Level.Resampler {

    static Upsampler load(Weights w, int channels, boolean temporal, boolean linear) {
        CausalConv3d conv = CausalConv3d.doubling(w.at("conv"), channels);
        return new Upsampler(Site.of(w.path()), conv, temporal, linear);
    }

    @Override
    public Tensor forward(Tensor x, CausalState state, Runner runner) {
        return Steps.runSpending(runner, site, x, y -> forward(y, state));
    }

    private Tensor forward(Tensor x, CausalState state) {
        Tensor h = release(x, conv.forward(x, state)); // [F, 2H, 2W, C]
        if (!temporal || !state.started()) {
            return h;
        }
        Tensor doubled = linear ? upsampleFramesLinear(h) : upsampleNearest(h, 2, 1, 1);
        return release(h, doubled); // [2F, 2H, 2W, C]
    }
}
