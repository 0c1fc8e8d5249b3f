package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.tensors.Functional.upsampleFramesLinear;
import static lightcache4j.tensors.Functional.upsampleNearest;
import static lightcache4j.tensors.Layout.slice;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Shape;
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
        int bands = (int) Math.min(state.pieces().bands().pieces(site), x.dim(1));
        Tensor h = // [F, 2H, 2W, C]
                state.step(
                        conv,
                        x,
                        before -> bands > 1 ? inBands(x, before, bands) : whole(x, before));
        if (!temporal || !state.started()) {
            return h;
        }
        Tensor doubled = linear ? upsampleFramesLinear(h) : upsampleNearest(h, 2, 1, 1);
        return release(h, doubled); // [2F, 2H, 2W, C]
    }

    /// The state keeps frames before they are enlarged: a quarter of the size.
    private Tensor whole(Tensor x, @Nullable Tensor before) {
        Tensor b = before == null ? null : upsampleNearest(before, 1, 2, 2); // [2, 2H, 2W, C]
        Tensor h = upsampleNearest(x, 1, 2, 2); // [F, 2H, 2W, C]
        h = release(h, conv.forward(h, b)); // [F, 2H, 2W, C]
        if (b != null) {
            Workspace.current().free(b);
        }
        return h;
    }

    /// The same band by band, so that nothing but the result is as large as the result.
    private Tensor inBands(Tensor x, @Nullable Tensor before, int bands) {
        Shape shape = Shape.of(x.dim(0), 2 * x.dim(1), 2 * x.dim(2), x.dim(3));
        Tensor out = Workspace.current().allocate(DType.F32, shape); // [F, 2H, 2W, C]
        for (int i = 0; i < bands; i++) {
            long from = x.dim(1) * i / bands;
            long to = x.dim(1) * (i + 1) / bands;
            try (Workspace inner = Workspace.current().open()) {
                inner.run(() -> band(x, before, from, to, out));
            }
        }
        return out;
    }

    /// Rows `2 · from` to `2 · to` of the result. A row more of `x` on each side is enlarged to
    /// two, of which the convolution looks at one: its first and last row are of no use there.
    private void band(Tensor x, @Nullable Tensor before, long from, long to, Tensor out) {
        long above = Math.max(0, from - 1);
        long below = Math.min(x.dim(1), to + 1);
        Tensor h = upsampleNearest(slice(x, 1, above, below), 1, 2, 2);
        Tensor b = before == null ? null : upsampleNearest(slice(before, 1, above, below), 1, 2, 2);
        boolean cutAbove = above < from;
        Tensor y = conv.rows(h, b, cutAbove, below > to);
        Ops ops = Workspace.current().backend().ops();
        for (long f = 0; f < out.dim(0); f++) {
            ops.slice(out.row(f).rows(2 * from, 2 * to), y.row(f), 0, cutAbove ? 1 : 0);
        }
    }
}
