package lightcache4j.model.vae;

import static lightcache4j.model.vae.Steps.release;
import static lightcache4j.model.vae.Steps.releaseAll;
import static lightcache4j.model.vae.Steps.run;
import static lightcache4j.tensors.Arithmetic.clamp;
import static lightcache4j.tensors.Layout.concat;
import static lightcache4j.tensors.Layout.slice;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Config;
import lightcache4j.weights.Weights;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The causal video autoencoder of EasyAnimate (arXiv:2405.18991; diffusers'
/// `AutoencoderKLMagvit`): one latent frame for the first frame, then one for every four.
///
/// A clip is coded piece by piece, and what one piece leaves to the next is in a [CausalState]. The
/// whole clip is a loop over its pieces:
///
/// ```java
/// try (CausalState state = vae.start()) {
///     for (Tensor piece : pieces) { // the first is one latent frame
///         sink.accept(vae.next(piece, state, runner));
///     }
/// }
/// ```
///
/// Pixels are −1 to 1. Latents are the autoencoder's own: those of the diffusion model divided by
/// [MagvitConfig#scalingFactor].
///
/// Shapes: `F` frames of `H` × `W` pixels, `f` latent frames of `h` × `w`, `L` latent channels.
public final class AutoencoderKLMagvit {
    private static final Site QUANT = everywhere("quant_conv");
    private static final Site POST_QUANT = everywhere("post_quant_conv");

    private final MagvitConfig config;
    private final MagvitEncoder encoder;
    private final Pointwise quantConv;
    private final Pointwise postQuantConv;
    private final MagvitDecoder decoder;

    private AutoencoderKLMagvit(MagvitConfig c, Weights w) {
        int latents = c.latentChannels();
        this.config = c;
        this.encoder = MagvitEncoder.load(c, w.at("encoder"));
        this.quantConv = Pointwise.load(w.at("quant_conv"), 2 * latents, 2 * latents);
        this.postQuantConv = Pointwise.load(w.at("post_quant_conv"), latents, latents);
        this.decoder = MagvitDecoder.load(c, w.at("decoder"));
    }

    private static Site everywhere(String path) {
        return Site.of(path, Axis.FRAME, Axis.ROW, Axis.COLUMN);
    }

    /// @param json the component's `config.json`
    /// @param w its weights, all of them
    /// @throws lightcache4j.weights.MalformedConfig naming a field that is not understood
    /// @throws lightcache4j.weights.WeightMismatch naming a tensor that is missing, of another
    ///   shape, or left over
    public static AutoencoderKLMagvit load(Config json, Weights w) {
        AutoencoderKLMagvit vae = new AutoencoderKLMagvit(MagvitConfig.of(json), w);
        w.requireAllRead();
        return vae;
    }

    public MagvitConfig config() {
        return config;
    }

    /// [#encode(Tensor, Pieces, Swap, Runner)] in pieces as diffusers makes them.
    public Posterior encode(Tensor video, Runner runner) {
        return encode(video, Pieces.DEFAULT, Swap.OFF, runner);
    }

    /// `[F, H, W, 3]` to the distribution of its latents `[f, h, w, L]`.
    ///
    /// @param swap where frames go that a layer looks back at, while others run
    /// @throws lightcache4j.tensors.ShapeMismatch if the autoencoder cannot take a video of that
    ///   size, with the nearest that it can
    public Posterior encode(Tensor video, Pieces pieces, Swap swap, Runner runner) {
        Sizes.requireVideo(config, pieces, video.shape());
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            Posterior posterior = inner.in(() -> posterior(moments(video, pieces, swap, runner)));
            outer.adopt(posterior.mean(), inner);
            outer.adopt(posterior.logvar(), inner);
            return posterior;
        }
    }

    private Posterior posterior(Tensor moments) {
        int latents = config.latentChannels();
        Tensor mean = slice(moments, -1, 0, latents); // [f, h, w, L]
        Tensor logvar = slice(moments, -1, latents, 2L * latents); // [f, h, w, L]
        return new Posterior(
                mean, clamp(logvar, Posterior.LOWEST_LOGVAR, Posterior.HIGHEST_LOGVAR));
    }

    private Tensor moments(Tensor video, Pieces pieces, Swap swap, Runner runner) {
        Tiling tiling = pieces.tiling();
        long height = video.dim(1);
        long width = video.dim(2);
        if (tiling == null || !tiling.cuts(height, width, 1)) {
            return encodePieces(video, pieces, swap, runner);
        }
        return Tiles.encoding(tiling, config.spatialCompression(), height, width)
                .apply(video, tile -> encodePieces(tile, pieces, swap, runner));
    }

    private Tensor encodePieces(Tensor video, Pieces pieces, Swap swap, Runner runner) {
        Workspace workspace = Workspace.current();
        List<Tensor> coded = new ArrayList<>();
        try (CausalState state = CausalState.open(pieces, swap)) {
            for (Pieces.Span span : Pieces.spans(video.dim(0), pieces.sampleFrames())) {
                try (Workspace inner = workspace.open()) {
                    Tensor piece = video.rows(span.from(), span.to());
                    boolean last = span.to() == video.dim(0);
                    Tensor h = inner.in(() -> encoder.next(piece, last, state, runner));
                    coded.add(workspace.adopt(h, inner));
                }
            }
        }
        Tensor h = releaseAll(coded, concat(0, coded)); // [f, h, w, 2L]
        return release(h, run(runner, QUANT, h, quantConv::forward)); // [f, h, w, 2L]
    }

    /// The state in which a clip begins, to decode it with [#next]. Close it afterwards.
    public CausalState start() {
        return CausalState.open(Pieces.DEFAULT, Swap.OFF);
    }

    /// Decodes the next piece of a clip: latents `[f, h, w, L]` to frames `[F, H, W, 3]` in the
    /// current workspace.
    ///
    /// The first piece is one latent frame and gives one frame. How long further pieces are makes
    /// no difference to the values where [MagvitConfig#spatialGroupNorm] holds.
    ///
    /// @param state of [#start]; afterwards it stands behind this piece
    /// @throws lightcache4j.tensors.ShapeMismatch if these are no latents of this autoencoder, or
    ///   the first piece is longer than one frame
    public Tensor next(Tensor latents, CausalState state, Runner runner) {
        Sizes.requireLatents(config, latents.shape());
        Sizes.requireStart(state, latents.shape());
        return joined(frames -> next(latents, false, state, runner, frames)); // [F, H, W, 3]
    }

    private void next(
            Tensor latents,
            boolean last,
            CausalState state,
            Runner runner,
            Consumer<Tensor> frames) {
        Tensor z = run(runner, POST_QUANT, latents, postQuantConv::forward); // [f, h, w, L]
        decoder.next(z, last, state, runner, frames);
        Workspace.current().free(z);
    }

    /// What `source` gives piece by piece, as one clip.
    private static Tensor joined(Consumer<Consumer<Tensor>> source) {
        Workspace workspace = Workspace.current();
        List<Tensor> pieces = new ArrayList<>();
        source.accept(piece -> pieces.add(workspace.adopt(piece, Workspace.current())));
        return pieces.size() == 1 ? pieces.getFirst() : releaseAll(pieces, concat(0, pieces));
    }

    /// [#decode(Tensor, Pieces, Swap, Runner, Consumer)] in pieces as diffusers makes them.
    public void decode(Tensor latents, Runner runner, Consumer<Tensor> frames) {
        decode(latents, Pieces.DEFAULT, Swap.OFF, runner, frames);
    }

    /// Decodes a clip, `[f, h, w, L]`. Whole frames leave as soon as they are decoded, so that
    /// memory does not grow with the length of the clip; tiled ones leave together, once the last
    /// tile is done.
    ///
    /// @param swap where frames go that a layer looks back at, while others run
    /// @param frames takes `[n, H, W, 3]`, in order, valid during the call only
    /// @throws lightcache4j.tensors.ShapeMismatch if these are no latents of this autoencoder
    public void decode(
            Tensor latents, Pieces pieces, Swap swap, Runner runner, Consumer<Tensor> frames) {
        Sizes.requireLatents(config, latents.shape());
        Tiling tiling = pieces.tiling();
        int scale = config.spatialCompression();
        long height = latents.dim(1);
        long width = latents.dim(2);
        if (tiling == null || !tiling.cuts(height, width, scale)) {
            decodeWhole(latents, pieces, swap, runner, frames);
            return;
        }
        Sizes.requireTiles(tiling, scale);
        try (Workspace inner = Workspace.current().open()) {
            inner.run(
                    () ->
                            frames.accept(
                                    Tiles.decoding(tiling, scale, height, width)
                                            .apply(
                                                    latents,
                                                    z -> decodeTile(z, pieces, swap, runner))));
        }
    }

    private void decodeWhole(
            Tensor latents, Pieces pieces, Swap swap, Runner runner, Consumer<Tensor> frames) {
        if (pieces.apart()) {
            decodePieces(latents, pieces, swap, runner, frames);
            return;
        }
        try (Workspace inner = Workspace.current().open()) {
            inner.run(() -> frames.accept(decodeTile(latents, pieces, swap, runner)));
        }
    }

    private void decodePieces(
            Tensor latents, Pieces pieces, Swap swap, Runner runner, Consumer<Tensor> frames) {
        try (CausalState state = CausalState.open(pieces, swap)) {
            for (Pieces.Span span : Pieces.spans(latents.dim(0), pieces.latentFrames())) {
                Tensor piece = latents.rows(span.from(), span.to());
                next(piece, span.to() == latents.dim(0), state, runner, frames);
            }
        }
    }

    private Tensor decodeTile(Tensor latents, Pieces pieces, Swap swap, Runner runner) {
        return joined(out -> decodePieces(latents, pieces, swap, runner, out)); // [F, H, W, 3]
    }
}
