package lightcache4j.model.dit;

import static lightcache4j.tensors.Layout.concat;

import lightcache4j.model.layers.LayerNorm;
import lightcache4j.model.layers.Linear;
import lightcache4j.model.layers.Rope3d;
import lightcache4j.model.layers.TimestepEmbedding;
import lightcache4j.model.layers.Timesteps;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Config;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.IntStream;

/// The EasyAnimate V5.1 denoiser: a diffusion transformer over patches of latent video, with the
/// prompt as a second stream (class of the same name in diffusers 0.42; DiT, arXiv:2212.09748).
///
/// Letters: `F` frames, `H` rows and `W` columns of latents, `C` channels, `p` patch size, `L`
/// video tokens (a frame has `H/p · W/p`), `T` text tokens, `D` width, `E` features of the time.
///
/// Rows and columns that fill no patch are left out, and the result is that much smaller. What
/// diffusers calls `timestep_cond` has no weights in this class and cannot be given there either.
public record EasyAnimateTransformer3DModel(
        EasyAnimateConfig config,
        Timesteps waves,
        TimestepEmbedding timeEmbedding,
        Patches patches,
        TextProjection text,
        @Nullable TextProjection textT5,
        List<EasyAnimateBlock> blocks,
        LayerNorm normFinal,
        AdaptiveNorm normOut,
        Linear out) {
    private static final Site TIME = Site.of("time_embedding");
    private static final Site TEXT = Site.of("text_proj", Axis.TOKEN);
    private static final Site TEXT_T5 = Site.of("text_proj_t5", Axis.TOKEN);
    private static final Site AFTER_FIRST = Site.of("transformer_blocks[1..]");
    private static final Site NORM = Site.of("norm_out", Axis.TOKEN);
    private static final Site OUT = Site.of("proj_out", Axis.TOKEN);

    /// Predicts the velocity of `latents` `[F, H, W, C]` at `timestep` (0 to 1000); a tensor of the
    /// same shape in the current workspace.
    ///
    /// @param rope from [#rope] for latents of this size; one serves all steps
    /// @throws ShapeMismatch if latents or conditioning do not fit the checkpoint
    public Tensor forward(
            Tensor latents, float timestep, Conditioning c, Rope3d rope, Runner runner) {
        c.requireFit(latents.shape(), config);
        return Scoped.tensor(() -> predict(latents, timestep, c, rope, runner));
    }

    /// [#forward] for a single call, with rotary tables made for it.
    public Tensor forward(Tensor latents, float timestep, Conditioning c, Runner runner) {
        c.requireFit(latents.shape(), config);
        return Scoped.tensor(() -> predict(latents, timestep, c, rope(latents.shape()), runner));
    }

    private Tensor predict(
            Tensor latents, float timestep, Conditioning c, Rope3d rope, Runner runner) {
        c.ahead();
        Tensor t = embedTime(timestep, runner); // [E]
        Tensor video = Scoped.tensor(() -> patches.embed(c.onto(latents))); // [L, D]
        Features x = new Features(video, embedText(c, runner)).giveAway(); // [L, D], [T, D]
        x = step(blocks.getFirst(), x, t, rope, runner); // [L, D], [T, D]
        x = rest(x, t, rope, runner); // [L, D]
        Tensor y = project(x.video(), t, runner); // [L, C·p·p]
        return patches.restore(y, latents.shape()); // [F, H, W, C]
    }

    /// A block, and after it `x` is not needed if it was given away.
    private static Features step(
            EasyAnimateBlock block, Features x, Tensor t, Rope3d rope, Runner runner) {
        Features y = runner.run(block.site(), x, h -> block.forward(h, t, rope, runner));
        return Scoped.spend(x, y).giveAway(); // [L, D], [T, D]
    }

    private Features rest(Features x, Tensor t, Rope3d rope, Runner runner) {
        if (blocks.size() == 1) {
            return x;
        }
        return Scoped.spend(x, runner.run(AFTER_FIRST, x, h -> through(h, t, rope, runner)));
    }

    private Features through(Features x, Tensor t, Rope3d rope, Runner runner) {
        Features y = x;
        for (EasyAnimateBlock block : blocks.subList(1, blocks.size())) {
            y = step(block, y, t, rope, runner); // [L, D], [T, D]
        }
        return y;
    }

    private Tensor embedTime(float timestep, Runner runner) {
        Features sinusoid = Features.of(waves.apply(timestep)); // [D]
        return runner.run(TIME, sinusoid, h -> Features.of(timeEmbedding.apply(h.video()))).video();
    }

    private Tensor embedText(Conditioning c, Runner runner) {
        Tensor qwen = embedText(TEXT, text, c.text(), runner); // [T, D]
        if (c.t5() == null || textT5 == null) {
            return qwen;
        }
        Tensor t5 = embedText(TEXT_T5, textT5, c.t5(), runner); // [T', D]
        return concat(0, qwen, t5); // [T + T', D]
    }

    private static Tensor embedText(Site site, TextProjection layer, Embeddings e, Runner runner) {
        return e.read(
                x ->
                        runner.run(site, Features.of(x), h -> Features.of(layer.apply(h.video())))
                                .video());
    }

    private Tensor project(Tensor x, Tensor t, Runner runner) {
        Tensor m = normOut.modulation(t); // [2, D]
        Features y =
                runner.run(NORM, Features.of(x), h -> Features.of(normed(h.video(), m))); // [L, D]
        return runner.run(OUT, y, h -> Features.of(out.apply(h.video()))).video(); // [L, C·p·p]
    }

    private Tensor normed(Tensor x, Tensor m) {
        return normOut.apply(normFinal.apply(x), m.row(0), m.row(1)); // [L, D]
    }

    /// Positions of the tokens of latents `[F, H, W, C]`, as tables in the current workspace.
    public Rope3d rope(Shape latents) {
        return patches.rope(latents, config.headDim());
    }

    /// The same model with the text stream of the last block carried on, which no prediction
    /// depends on: for comparison with activations of the original.
    public EasyAnimateTransformer3DModel withWholeText() {
        List<EasyAnimateBlock> whole = blocks.stream().map(EasyAnimateBlock::withText).toList();
        return new EasyAnimateTransformer3DModel(
                config,
                waves,
                timeEmbedding,
                patches,
                text,
                textT5,
                whole,
                normFinal,
                normOut,
                out);
    }

    /// Reads a component folder's configuration and all its weights.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if a field has no meaning here
    /// @throws lightcache4j.weights.WeightMismatch if a tensor is missing, left over or of another
    ///   shape
    public static EasyAnimateTransformer3DModel load(Config json, Weights w) {
        EasyAnimateConfig c = EasyAnimateConfig.of(json);
        int perPatch = c.patchSize() * c.patchSize() * c.outChannels();
        Integer t5 = c.t5Dim();
        EasyAnimateTransformer3DModel model =
                new EasyAnimateTransformer3DModel(
                        c,
                        new Timesteps(c.dim(), c.cosFirst(), c.frequencyShift()),
                        TimestepEmbedding.load(
                                w.at("time_embedding"), c.dim(), c.timeDim(), c.timeActivation()),
                        Patches.load(w.at("proj"), c),
                        TextProjection.load(w.at("text_proj"), c, c.textDim()),
                        t5 == null ? null : TextProjection.load(w.at("text_proj_t5"), c, t5),
                        IntStream.range(0, c.layers())
                                .mapToObj(
                                        i ->
                                                EasyAnimateBlock.load(
                                                        w.at("transformer_blocks").at(i), c, i))
                                .toList(),
                        LayerNorm.load(w.at("norm_final"), c.dim(), c.eps(), c.affine()),
                        AdaptiveNorm.loadOutput(w.at("norm_out"), c),
                        Linear.load(w.at("proj_out"), c.dim(), perPatch));
        w.requireAllRead();
        return model;
    }
}
