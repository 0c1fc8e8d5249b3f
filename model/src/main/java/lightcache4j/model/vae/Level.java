package lightcache4j.model.vae;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What happens at one resolution: residual blocks, and at the end a change of resolution where
/// there is one (`EasyAnimateDownBlock3D`, `EasyAnimateMidBlock3d`, `EasyAnimateUpBlock3d`).
record Level(Site site, List<ResidualBlock> convs, @Nullable Resampler resampler) {

    /// The end of a level.
    interface Resampler {
        /// Frees `x`.
        Tensor forward(Tensor x, CausalState state, Runner runner);
    }

    /// @param layers residual blocks; the first takes `in` channels, all give `out`
    static Level load(
            Weights w, int layers, int in, int out, Norm.Kind kind, @Nullable Resampler resampler) {
        List<ResidualBlock> convs = new ArrayList<>(layers);
        for (int i = 0; i < layers; i++) {
            convs.add(ResidualBlock.load(w.at("convs").at(i), i == 0 ? in : out, out, kind));
        }
        return new Level(Site.of(w.path()), List.copyOf(convs), resampler);
    }

    /// `[F, H, W, I]` to `[F', H', W', O]`; frees `x`.
    Tensor forward(Tensor x, CausalState state, Runner runner) {
        return Steps.runSpending(runner, site, x, y -> body(y, state, runner));
    }

    private Tensor body(Tensor x, CausalState state, Runner runner) {
        Tensor h = x;
        for (ResidualBlock conv : convs) {
            h = conv.forward(h, state, runner); // [F, H, W, O]
        }
        return resampler == null ? h : resampler.forward(h, state, runner); // [F', H', W', O]
    }
}
