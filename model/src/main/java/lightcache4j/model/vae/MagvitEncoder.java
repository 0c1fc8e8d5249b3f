package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.groups;
import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.model.vae.Steps.releaseAll;
import static lightcache4j.model.vae.Steps.run;
import static lightcache4j.tensors.Layout.concat;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Weights;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Frames to the moments of their latents, piece by piece (`EasyAnimateEncoder`).
///
/// Shapes: `F` frames of `H` × `W` pixels, `f` latent frames of `h` × `w`, `C` channels of the
/// outermost and `D` of the innermost level, `L` latent channels.
///
/// @param strides of each level, how many frames become one at its end
/// @param frameByFrame whether norms take each frame alone, so that frames may be taken apart
record MagvitEncoder(
        Site site,
        CausalConv3d convIn,
        List<Level> downBlocks,
        Level midBlock,
        Norm normOut,
        CausalConv3d convOut,
        List<Integer> strides,
        boolean frameByFrame) {

    static MagvitEncoder load(MagvitConfig c, Weights w) {
        int first = c.blockOutChannels().getFirst();
        int last = c.blockOutChannels().getLast();
        Norm.Kind kind = c.norms();
        return new MagvitEncoder(
                Site.of(w.path()),
                CausalConv3d.load(w.at("conv_in"), c.inChannels(), first),
                loadDownBlocks(c, w.at("down_blocks")),
                Level.load(w.at("mid_block"), c.layersPerBlock(), last, last, kind, null),
                Norm.load(w.at("conv_norm_out"), last, kind),
                CausalConv3d.load(w.at("conv_out"), last, 2 * c.latentChannels()),
                IntStream.range(0, c.temporalDown().size()).map(c::strideFrames).boxed().toList(),
                c.spatialGroupNorm());
    }

    private static List<Level> loadDownBlocks(MagvitConfig c, Weights w) {
        List<Level> levels = new ArrayList<>();
        int in = c.blockOutChannels().getFirst();
        for (int i = 0; i < c.temporalDown().size(); i++) {
            Weights level = w.at(i);
            int out = c.blockOutChannels().get(i);
            Downsampler smaller =
                    c.resamples(i)
                            ? Downsampler.load(level.at("downsampler"), out, c.strideFrames(i))
                            : null;
            levels.add(Level.load(level, c.layersPerBlock(), in, out, c.norms(), smaller));
            in = out;
        }
        return List.copyOf(levels);
    }

    /// The next piece of a clip: `[F, H, W, 3]` to `[f, h, w, 2L]`. The first piece is one frame.
    ///
    /// @param last whether no further piece follows
    Tensor next(Tensor x, boolean last, CausalState state, Runner runner) {
        Tensor h = descend(0, x, last, state, runner);
        for (int level = 1; level < downBlocks.size(); level++) {
            h = release(h, descend(level, h, last, state, runner));
        }
        state.ending(last);
        h = midBlock.forward(h, state, runner); // [f, h, w, D]
        h = release(h, run(runner, site.at("conv_norm_out"), h, normOut::forward)); // [f, h, w, D]
        h = release(h, run(runner, site.at("conv_out"), h, y -> convOut.forward(y, state)));
        state.advance();
        return h; // [f, h, w, 2L]
    }

    /// One level, in as few frames at a time as it can: features before its end are larger than
    /// those behind it.
    private Tensor descend(int level, Tensor x, boolean last, CausalState state, Runner runner) {
        Workspace workspace = Workspace.current();
        boolean apart = frameByFrame && state.pieces().apart();
        List<Tensor> parts = apart ? groups(x, strides.get(level)) : List.of(x);
        List<Tensor> done = new ArrayList<>();
        for (Tensor part : parts) {
            state.ending(last && part == parts.getLast());
            try (Workspace inner = workspace.open()) {
                Tensor y = inner.in(() -> down(level, part, state, runner));
                done.add(workspace.adopt(y, inner));
            }
        }
        return done.size() == 1 ? done.getFirst() : releaseAll(done, concat(0, done));
    }

    private Tensor down(int level, Tensor x, CausalState state, Runner runner) {
        if (level > 0) {
            return downBlocks.get(level).forward(x, state, runner); // [F or F/2, H/2, W/2, C]
        }
        Tensor h =
                run(runner, site.at("conv_in"), x, y -> convIn.forward(y, state)); // [F, H, W, C]
        return downBlocks.getFirst().forward(h, state, runner);
    }
}
