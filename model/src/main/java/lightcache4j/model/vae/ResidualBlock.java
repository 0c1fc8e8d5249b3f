package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.tensors.Arithmetic.add;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// Two normalised causal convolutions beside a shortcut (`EasyAnimateResidualBlock3D`).
///
/// Shapes: `F` frames, `H` rows, `W` columns, `I` channels in, `O` channels out.
///
/// @param shortcut brings `I` channels to `O`; null where they are equal
record ResidualBlock(
        Site site,
        Norm norm1,
        CausalConv3d conv1,
        Norm norm2,
        CausalConv3d conv2,
        @Nullable Pointwise shortcut) {

    static ResidualBlock load(Weights w, int in, int out, Norm.Kind kind) {
        return new ResidualBlock(
                Site.of(w.path()),
                Norm.load(w.at("norm1"), in, kind),
                CausalConv3d.load(w.at("conv1"), in, out),
                Norm.load(w.at("norm2"), out, kind),
                CausalConv3d.load(w.at("conv2"), out, out),
                in == out ? null : Pointwise.load(w.at("shortcut"), in, out));
    }

    /// `[F, H, W, I]` to `[F, H, W, O]`; frees `x`.
    Tensor forward(Tensor x, CausalState state, Runner runner) {
        return Steps.runSpending(runner, site, x, y -> forward(y, state));
    }

    private Tensor forward(Tensor x, CausalState state) {
        // The shortcut comes first, so that a wide x is gone when the convolutions run.
        Tensor s = shortcut == null ? x : shortcut.forward(x); // [F, H, W, O]
        Tensor h = norm1.forward(x); // [F, H, W, I]
        if (shortcut != null) {
            Workspace.current().free(x);
        }
        h = release(h, conv1.forward(h, state)); // [F, H, W, O]
        h = release(h, norm2.forward(h)); // [F, H, W, O]
        h = release(h, conv2.forward(h, state)); // [F, H, W, O]
        return release(s, release(h, add(h, s))); // [F, H, W, O]
    }
}
