package lightcache4j.model.dit;

import static lightcache4j.tensors.Functional.conv3d;
import static lightcache4j.tensors.Layout.concat;
import static lightcache4j.tensors.Layout.permute;

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
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Config;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The EasyAnimate V5.1 denoiser: a diffusion transformer over patches of latent video, with the
/// prompt as a second stream (class of the same name in diffusers 0.42; DiT, arXiv:2212.09748).
///
/// Letters: `F` frames, `H` rows and `W` columns of latents, `C` channels, `p` patch size, `h =
/// H/p`, `w = W/p`, `L = F·h·w` video tokens, `T` text tokens, `D` width, `E` features of the time.
///
/// Rows and columns that fill no patch are left out, and the result is that much smaller. What
/// diffusers calls `timestep_cond` has no weights in this class and cannot be given there either.
public record EasyAnimateTransformer3DModel(
        EasyAnimateConfig config,
        Timesteps waves,
        TimestepEmbedding timeEmbedding,
        Linear patches,
        TextProjection text,
        @Nullable TextProjection textT5,
        List<EasyAnimateBlock> blocks,
        LayerNorm normFinal,
        AdaptiveNorm normOut,
        Linear out) {
    private static final String WHERE = "transformer";
    private static final Site TIME = Site.of("time_embedding");
    private static final Site TEXT = Site.of("text_proj", Axis.TOKEN);
    private static final Site TEXT_T5 = Site.of("text_proj_t5", Axis.TOKEN);
    private static final Site AFTER_FIRST = Site.of("transformer_blocks[1..]");
    private static final Site NORM = Site.of("norm_out", Axis.TOKEN);
    private static final Site OUT = Site.of("proj_out", Axis.TOKEN);

    /// Predicts the velocity of `latents` at `timestep` (0 to 1000): `[F, H, W, C]` to `[F, H, W,
    /// C]`.
    ///
    /// @param rope from [#rope] for latents of this size; one serves all steps
    /// @throws ShapeMismatch if latents or conditioning do not fit the checkpoint
    public Tensor forward(
            Tensor latents, float timestep, Conditioning c, Rope3d rope, Runner runner) {
        requireFit(latents, c);
        return Scoped.tensor(() -> predict(latents, timestep, c, rope, runner));
    }

    /// [#forward] for a single call, with rotary tables made for it.
    public Tensor forward(Tensor latents, float timestep, Conditioning c, Runner runner) {
        requireFit(latents, c);
        return Scoped.tensor(() -> predict(latents, timestep, c, rope(latents.shape()), runner));
    }

    private Tensor predict(
            Tensor latents, float timestep, Conditioning c, Rope3d rope, Runner runner) {
        Tensor t = embedTime(timestep, runner); // [E]
        Features x = new Features(embed(latents, c), embedText(c, runner)); // [L, D], [T, D]
        x = Scoped.replace(x, step(blocks.getFirst(), x, t, rope, runner)); // [L, D], [T, D]
        x = Scoped.replace(x, rest(x, t, rope, runner)); // [L, D]
        Tensor y = project(x.video(), t, runner); // [L, C·p·p]
        return unpatched(y, latents.shape()); // [F, H, W, C]
    }

    private Features step(
            EasyAnimateBlock block, Features x, Tensor t, Rope3d rope, Runner runner) {
        return runner.run(block.site(), x, h -> block.forward(h, t, rope, runner));
    }

    private Features rest(Features x, Tensor t, Rope3d rope, Runner runner) {
        if (blocks.size() == 1) {
            return x;
        }
        return runner.run(AFTER_FIRST, x, h -> Scoped.features(() -> through(h, t, rope, runner)));
    }

    private Features through(Features x, Tensor t, Rope3d rope, Runner runner) {
        Features y = x;
        for (EasyAnimateBlock block : blocks.subList(1, blocks.size())) {
            y = Scoped.replace(y, step(block, y, t, rope, runner)); // [L, D], [T, D]
        }
        return y;
    }

    private Tensor embedTime(float timestep, Runner runner) {
        Features sinusoid = Features.of(waves.apply(timestep)); // [D]
        return runner.run(TIME, sinusoid, h -> Features.of(timeEmbedding.apply(h.video()))).video();
    }

    private Tensor embed(Tensor latents, Conditioning c) {
        List<Tensor> parts = new ArrayList<>(List.of(latents));
        if (c.inpaint() != null) {
            parts.add(c.inpaint());
        }
        if (c.control() != null) {
            parts.add(c.control());
        }
        ConvGeometry stride = ConvGeometry.patches(config.patchSize());
        return Scoped.tensor(
                () -> {
                    Tensor x = parts.size() == 1 ? latents : concat(3, parts); // [F, H, W, C + …]
                    x = conv3d(x, null, patches.weight(), patches.bias(), stride); // [F, h, w, D]
                    return x.reshape(-1, config.dim()); // [L, D]
                });
    }

    private Tensor embedText(Conditioning c, Runner runner) {
        Tensor qwen = embedText(TEXT, text, c.text(), runner); // [T, D]
        if (c.t5() == null || textT5 == null) {
            return qwen;
        }
        Tensor t5 = embedText(TEXT_T5, textT5, c.t5(), runner); // [T', D]
        return concat(0, qwen, t5); // [T + T', D]
    }

    private static Tensor embedText(Site site, TextProjection layer, Tensor x, Runner runner) {
        return runner.run(site, Features.of(x), h -> Features.of(layer.apply(h.video()))).video();
    }

    private Tensor project(Tensor x, Tensor t, Runner runner) {
        Tensor m = normOut.modulation(t, config.dim()); // [2, D]
        Features y =
                runner.run(NORM, Features.of(x), h -> Features.of(normed(h.video(), m))); // [L, D]
        return runner.run(OUT, y, h -> Features.of(out.apply(h.video()))).video(); // [L, C·p·p]
    }

    private Tensor normed(Tensor x, Tensor m) {
        return normOut.apply(normFinal.apply(x), m.row(0), m.row(1)); // [L, D]
    }

    private Tensor unpatched(Tensor x, Shape latents) {
        int p = config.patchSize();
        long rows = latents.dim(1) / p;
        long columns = latents.dim(2) / p;
        long channels = config.outChannels();
        Tensor y = x.reshape(latents.dim(0), rows, columns, channels, p, p); // [F, h, w, C, p, p]
        y = permute(y, 0, 1, 4, 2, 5, 3); // [F, h, p, w, p, C]
        return y.reshape(latents.dim(0), rows * p, columns * p, channels); // [F, H, W, C]
    }

    /// Rotary tables for latents `[F, H, W, C]`, in the current workspace.
    public Rope3d rope(Shape latents) {
        int p = config.patchSize();
        int rows = latents.length(1) / p;
        int columns = latents.length(2) / p;
        Rope3d.Region region =
                Rope3d.Region.centred(
                        rows,
                        columns,
                        EasyAnimateConfig.BASE_ROWS / p,
                        EasyAnimateConfig.BASE_COLUMNS / p);
        return Rope3d.of(latents.length(0), rows, columns, region, config.headDim());
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
        int p = c.patchSize();
        Weights proj = w.at("proj");
        Integer t5 = c.t5Dim();
        EasyAnimateTransformer3DModel model =
                new EasyAnimateTransformer3DModel(
                        c,
                        new Timesteps(c.dim(), c.cosFirst(), c.frequencyShift()),
                        TimestepEmbedding.load(
                                w.at("time_embedding"), c.dim(), c.timeDim(), c.timeActivation()),
                        new Linear(
                                proj.tensor("weight", c.dim(), c.inChannels(), p, p),
                                proj.tensor("bias", c.dim())),
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
                        Linear.load(w.at("proj_out"), c.dim(), (long) p * p * c.outChannels()));
        w.requireAllRead();
        return model;
    }

    private void requireFit(Tensor latents, Conditioning c) {
        Shape shape = latents.shape();
        int p = config.patchSize();
        if (shape.rank() != 4
                || shape.dim(0) < 1
                || shape.dim(1) < p
                || shape.dim(2) < p
                || shape.dim(3) != config.outChannels()) {
            throw new ShapeMismatch(
                    WHERE,
                    "latents are %s, wanted [frames, rows, columns, %d], at least [1, %d, %d, %d]"
                            .formatted(shape, config.outChannels(), p, p, config.outChannels()));
        }
        long inpaint = extraChannels("inpaint", c.inpaint(), shape);
        long control = extraChannels("control", c.control(), shape);
        long channels = shape.dim(3) + inpaint + control;
        if (channels != config.inChannels()) {
            throw new ShapeMismatch(
                    WHERE,
                    "input has %d channels (%d of latents, %d inpaint, %d control), wanted %d; %s"
                            .formatted(
                                    channels,
                                    shape.dim(3),
                                    inpaint,
                                    control,
                                    config.inChannels(),
                                    "is this an inpaint or control checkpoint?"));
        }
        requireText("prompt embeddings", c.text(), config.textDim());
        if (c.t5() != null) {
            Integer t5 = config.t5Dim();
            if (t5 == null) {
                throw new ShapeMismatch(
                        WHERE,
                        "T5 embeddings are given, wanted none; config.json has no text_embed_dim_t5");
            }
            requireText("T5 embeddings", c.t5(), t5);
        }
    }

    private static long extraChannels(String name, @Nullable Tensor x, Shape latents) {
        if (x == null) {
            return 0;
        }
        if (x.shape().rank() != 4 || !x.shape().with(3, latents.dim(3)).equals(latents)) {
            throw new ShapeMismatch(
                    WHERE,
                    "%s latents are %s, wanted %s with any number of channels"
                            .formatted(name, x.shape(), latents));
        }
        return x.dim(3);
    }

    private static void requireText(String name, Tensor x, int dim) {
        if (x.shape().rank() != 2 || x.dim(1) != dim) {
            throw new ShapeMismatch(
                    WHERE,
                    "%s are %s, wanted [tokens, %d]; do they come from this checkpoint's encoder?"
                            .formatted(name, x.shape(), dim));
        }
    }
}
