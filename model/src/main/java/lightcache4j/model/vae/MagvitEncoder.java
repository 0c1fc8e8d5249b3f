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

/// Frames to the moments of their latents, piece by piece (`EasyAnimateEncoder`).
///
/// Shapes: `F` frames of `H` × `W` pixels, `f` latent frames of `h` × `w`, `C` channels of the
/// outermost and `D` of the innermost level, `L` latent channels.
record MagvitEncoder(
        Site site,
        CausalConv3d convIn,
        List<Level> downBlocks,
        Level midBlock,
        Norm normOut,
        CausalConv3d convOut) {

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
                CausalConv3d.load(w.at("conv_out"), last, 2 * c.latentChannels()));
    }

    private static List<Level> loadDownBlocks(MagvitConfig c, Weights w) {
        List<Level> levels = new ArrayList<>();
        int in = c.blockOutChannels().getFirst();
        for (int i = 0; i < c.temporalDown().size(); i++) {
            Weights level = w.at(i);
            int out = c.blockOutChannels().get(i);
            Downsampler smaller =
                    c.resamples(i)
                            ? Downsampler.load(
                                    level.at("downsampler"), out, c.temporalDown().get(i))
                            : null;
            levels.add(Level.load(level, c.layersPerBlock(), in, out, c.norms(), smaller));
            in = out;
        }
        return List.copyOf(levels);
    }

    /// The next piece of a clip: `[F, H, W, 3]` to `[f, h, w, 2L]`. The first piece is one frame.
    Tensor next(Tensor x, CausalState state, Runner runner) {
        Tensor h =
                run(runner, site.at("conv_in"), x, y -> convIn.forward(y, state)); // [F, H, W, C]
        h = release(h, through(downBlocks, h, (b, y) -> b.forward(y, state, runner)));
        h = release(h, midBlock.forward(h, state, runner)); // [f, h, w, D]
        h = release(h, run(runner, site.at("conv_norm_out"), h, normOut::forward)); // [f, h, w, D]
        h = release(h, run(runner, site.at("conv_out"), h, y -> convOut.forward(y, state)));
        state.advance();
        return h; // [f, h, w, 2L]
    }
}
