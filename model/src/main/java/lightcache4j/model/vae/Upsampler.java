package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.tensors.Functional.upsampleFramesLinear;
import static lightcache4j.tensors.Functional.upsampleNearest;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// Doubles height and width, convolves, and doubles time where it is temporal
/// (`EasyAnimateUpsampler3D`).
///
/// The first frame of a clip stands for itself alone: its time is not doubled.
///
/// @param linear whether new frames are interpolated; else each is shown twice
record Upsampler(Site site, CausalConv3d conv, boolean temporal, boolean linear)
        implements Level.Resampler {

    static Upsampler load(Weights w, int channels, boolean temporal, boolean linear) {
        CausalConv3d conv = CausalConv3d.load(w.at("conv"), channels, channels);
        return new Upsampler(Site.of(w.path()), conv, temporal, linear);
    }

    @Override
    public Tensor forward(Tensor x, CausalState state, Runner runner) {
        return Steps.run(runner, site, x, y -> forward(y, state));
    }

    private Tensor forward(Tensor x, CausalState state) {
        Tensor before = larger(state.before(conv)); // [2, 2H, 2W, C]
        Tensor h = upsampleNearest(x, 1, 2, 2); // [F, 2H, 2W, C]
        h = release(h, conv.forward(h, before)); // [F, 2H, 2W, C]
        if (before != null) {
            Workspace.current().free(before);
        }
        state.keep(conv, x); // a quarter of the size that the convolution sees
        if (!temporal || !state.started()) {
            return h;
        }
        Tensor doubled = linear ? upsampleFramesLinear(h) : upsampleNearest(h, 2, 1, 1);
        return release(h, doubled); // [2F, 2H, 2W, C]
    }

    private static @Nullable Tensor larger(@Nullable Tensor before) {
        return before == null ? null : upsampleNearest(before, 1, 2, 2);
    }
}
