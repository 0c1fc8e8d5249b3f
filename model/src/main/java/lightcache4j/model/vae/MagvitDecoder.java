package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.groups;
import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.model.vae.Steps.run;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Weights;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Latents to frames, piece by piece (`EasyAnimateDecoder`).
///
/// Shapes: `f` latent frames of `h` × `w`, `F` frames of `H` × `W` pixels, `C` channels of the
/// outermost and `D` of the innermost level, `L` latent channels.
///
/// @param frameByFrame whether norms take each frame alone, so that frames may be taken apart
record MagvitDecoder(
        Site site,
        CausalConv3d convIn,
        Level midBlock,
        List<Level> upBlocks,
        Norm normOut,
        CausalConv3d convOut,
        boolean frameByFrame) {

    static MagvitDecoder load(MagvitConfig c, Weights w) {
        int first = c.blockOutChannels().getFirst();
        int last = c.blockOutChannels().getLast();
        // Upstream leaves the middle block at its default: per frame, whatever the rest does.
        Norm.Kind middle = c.norms().alwaysPerFrame();
        return new MagvitDecoder(
                Site.of(w.path()),
                CausalConv3d.load(w.at("conv_in"), c.latentChannels(), last),
                Level.load(w.at("mid_block"), c.layersPerBlock(), last, last, middle, null),
                loadUpBlocks(c, w.at("up_blocks")),
                Norm.load(w.at("conv_norm_out"), first, c.norms()),
                CausalConv3d.load(w.at("conv_out"), first, c.outChannels()),
                c.spatialGroupNorm());
    }

    private static List<Level> loadUpBlocks(MagvitConfig c, Weights w) {
        List<Integer> channels = c.blockOutChannels().reversed();
        List<Level> levels = new ArrayList<>();
        int in = channels.getFirst();
        for (int i = 0; i < c.temporalUp().size(); i++) {
            Weights level = w.at(i);
            int out = channels.get(i);
            Upsampler larger =
                    c.resamples(i)
                            ? Upsampler.load(
                                    level.at("upsampler"),
                                    out,
                                    c.temporalUp().get(i),
                                    !c.spatialGroupNorm())
                            : null;
            levels.add(Level.load(level, c.layersPerBlock() + 1, in, out, c.norms(), larger));
            in = out;
        }
        return List.copyOf(levels);
    }

    /// The next piece of a clip: `[f, h, w, L]` to frames `[F, H, W, 3]`. The first piece is one
    /// frame.
    ///
    /// Frames that do not know of each other, but for what a convolution keeps of those before, go
    /// up the levels one at a time. What one of them has become goes through the outermost level
    /// together: two frames where time was doubled before it.
    ///
    /// @param last whether no further piece follows
    /// @param frames takes frames as they come, a few at a time, valid during the call only
    void next(Tensor z, boolean last, CausalState state, Runner runner, Consumer<Tensor> frames) {
        state.ending(last);
        Tensor h =
                run(runner, site.at("conv_in"), z, y -> convIn.forward(y, state)); // [f, h, w, D]
        h = midBlock.forward(h, state, runner); // [f, h, w, D]
        climb(0, h, last, state, runner, frames);
        Workspace.current().free(h);
        state.advance();
    }

    private void climb(
            int level,
            Tensor h,
            boolean last,
            CausalState state,
            Runner runner,
            Consumer<Tensor> frames) {
        if (level == upBlocks.size()) {
            frames.accept(pixels(h, state, runner)); // [F, H, W, 3]
            return;
        }
        Workspace outer = Workspace.current();
        List<Tensor> parts = apart(level, state) ? groups(h, 1) : List.of(h);
        for (Tensor part : parts) {
            boolean lastPart = last && part == parts.getLast();
            state.ending(lastPart);
            try (Workspace inner = outer.open()) {
                if (parts.size() == 1) {
                    inner.adopt(part, outer); // so that it can go before the level is done
                }
                inner.run(
                        () -> {
                            Tensor y = upBlocks.get(level).forward(part, state, runner);
                            climb(level + 1, y, lastPart, state, runner, frames);
                        });
            }
        }
    }

    private boolean apart(int level, CausalState state) {
        // Every convolution has its last frames brought back for each part, and the outermost
        // level's are the largest: a second frame at a time there halves that.
        boolean outermost = level > 0 && level == upBlocks.size() - 1;
        return frameByFrame && state.pieces().apart() && !outermost;
    }

    private Tensor pixels(Tensor x, CausalState state, Runner runner) {
        Tensor h = run(runner, site.at("conv_norm_out"), x, normOut::forward); // [F, H, W, C]
        return release(h, run(runner, site.at("conv_out"), h, y -> convOut.forward(y, state)));
    }
}
