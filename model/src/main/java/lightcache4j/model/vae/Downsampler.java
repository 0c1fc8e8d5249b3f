package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Halves height and width by a strided convolution, and time where `strideFrames` is 2
/// (`EasyAnimateDownsampler3D`).
record Downsampler(Site site, CausalConv3d conv) implements Level.Resampler {

    static Downsampler load(Weights w, int channels, int strideFrames) {
        return new Downsampler(
                Site.of(w.path()), CausalConv3d.halving(w.at("conv"), channels, strideFrames));
    }

    @Override
    public Tensor forward(Tensor x, CausalState state, Runner runner) {
        return Steps.runSpending(runner, site, x, y -> release(y, conv.forward(y, state)));
    }
}
