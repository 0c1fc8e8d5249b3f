package lightcache4j.model.dit;

import lightcache4j.model.layers.FeedForward;
import lightcache4j.model.layers.NamedActivation;
import lightcache4j.tensors.Activation;
import lightcache4j.weights.Config;

import org.jspecify.annotations.Nullable;

/// The fields of `config.json` that change what `EasyAnimateTransformer3DModel` of diffusers 0.42
/// computes, with its defaults.
///
/// The others do not: `sample_width`, `sample_height`, `dropout`, `time_position_encoding_type` and
/// `enable_text_attention_mask` are stored and never read; `resize_inpaint_mask_directly` and
/// `add_noise_in_inpaint_model` are read by the inpainting pipeline.
///
/// @param heads attention heads, `num_attention_heads`
/// @param headDim features of a head, `attention_head_dim`; a multiple of 16
/// @param inChannels channels of latents, inpaint and control latents together
/// @param outChannels channels of the latents alone
/// @param patchSize rows and columns of a patch
/// @param feedForward `activation_fn`
/// @param timeActivation `timestep_activation_fn`
/// @param cosFirst `flip_sin_to_cos`
/// @param frequencyShift `freq_shift`
/// @param layers number of blocks, `num_layers`
/// @param twoStreamLayers how many of them, from the first, have weights of their own for the text,
///   `mmdit_layers`; more than there are blocks means all
/// @param timeDim `time_embed_dim`
/// @param normText whether prompt embeddings are normalised first, `add_norm_text_encoder`
/// @param textDim `text_embed_dim`
/// @param t5Dim `text_embed_dim_t5`; null: no second text encoder
/// @param eps `norm_eps`, of all norms but those of queries and keys
/// @param affine whether these norms have weights, `norm_elementwise_affine`
/// @param afterNorm whether a norm follows each feed-forward, `after_norm`
public record EasyAnimateConfig(
        int heads,
        int headDim,
        int inChannels,
        int outChannels,
        int patchSize,
        FeedForward.Form feedForward,
        Activation timeActivation,
        boolean cosFirst,
        int frequencyShift,
        int layers,
        int twoStreamLayers,
        int timeDim,
        boolean normText,
        int textDim,
        @Nullable Integer t5Dim,
        float eps,
        boolean affine,
        boolean afterNorm) {

    private static final int HEAD_STEP = 16;
    private static final int LARGEST_PATCH = 60;

    /// Reads `config.json`.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if a field has no meaning here
    public static EasyAnimateConfig of(Config c) {
        EasyAnimateConfig config =
                new EasyAnimateConfig(
                        positive(c, "num_attention_heads", 48),
                        positive(c, "attention_head_dim", 64),
                        positive(c, "in_channels"),
                        positive(c, "out_channels"),
                        positive(c, "patch_size"),
                        FeedForward.Form.of(c, "activation_fn", "gelu-approximate"),
                        NamedActivation.of(c, "timestep_activation_fn", "silu"),
                        c.flag("flip_sin_to_cos", true),
                        c.integer("freq_shift", 0),
                        positive(c, "num_layers", 48),
                        c.integer("mmdit_layers", 48),
                        positive(c, "time_embed_dim", 512),
                        c.flag("add_norm_text_encoder", false),
                        positive(c, "text_embed_dim", 3584),
                        c.has("text_embed_dim_t5") ? positive(c, "text_embed_dim_t5") : null,
                        (float) c.real("norm_eps", 1e-5),
                        c.flag("norm_elementwise_affine", true),
                        c.flag("after_norm", false));
        if (config.headDim % HEAD_STEP != 0) {
            throw c.unsupported(
                    "attention_head_dim",
                    config.headDim,
                    "a multiple of 16, to be split among time, height and width");
        }
        if (config.patchSize > LARGEST_PATCH) {
            throw c.unsupported("patch_size", config.patchSize, "at most " + LARGEST_PATCH);
        }
        return config;
    }

    /// Width of the model.
    public int dim() {
        return heads * headDim;
    }

    private static int positive(Config c, String name, int absent) {
        return c.has(name) ? positive(c, name) : absent;
    }

    private static int positive(Config c, String name) {
        int value = c.integer(name);
        if (value < 1) {
            throw c.unsupported(name, value, "at least 1");
        }
        return value;
    }
}
