package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.model.vae.Steps.run;
import static lightcache4j.model.vae.Steps.through;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import java.util.ArrayList;
import java.util.List;

/// Latents to frames, piece by piece (`EasyAnimateDecoder`).
///
/// Shapes: `f` latent frames of `h` × `w`, `F` frames of `H` × `W` pixels, `C` channels of the
/// outermost and `D` of the innermost level, `L` latent channels.
record MagvitDecoder(
        Site site,
        CausalConv3d convIn,
        Level midBlock,
        List<Level> upBlocks,
        Norm normOut,
        CausalConv3d convOut) {

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
                CausalConv3d.load(w.at("conv_out"), first, c.outChannels()));
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

    /// The next piece of a clip: `[f, h, w, L]` to `[F, H, W, 3]`. The first piece is one frame.
    Tensor next(Tensor z, CausalState state, Runner runner) {
        Tensor h =
                run(runner, site.at("conv_in"), z, y -> convIn.forward(y, state)); // [f, h, w, D]
        h = release(h, midBlock.forward(h, state, runner)); // [f, h, w, D]
        h = release(h, through(upBlocks, h, (b, y) -> b.forward(y, state, runner))); // [F, H, W, C]
        h = release(h, run(runner, site.at("conv_norm_out"), h, normOut::forward)); // [F, H, W, C]
        h = release(h, run(runner, site.at("conv_out"), h, y -> convOut.forward(y, state)));
        state.advance();
        return h; // [F, H, W, 3]
    }
}
