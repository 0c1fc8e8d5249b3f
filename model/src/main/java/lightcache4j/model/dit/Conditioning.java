package lightcache4j.model.dit;

import static lightcache4j.tensors.Layout.concat;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What a clip is to be like: everything that the denoiser is given besides the latents and the
/// time.
///
/// @param text prompt embeddings `[T, E]`
/// @param t5 embeddings of a second text encoder `[T', E']`, or null
/// @param inpaint mask and masked clip `[F, H, W, C']` in latent space, or null
/// @param control control clip `[F, H, W, C'']` in latent space, or null
public record Conditioning(
        Embeddings text,
        @Nullable Embeddings t5,
        @Nullable Tensor inpaint,
        @Nullable Tensor control) {
    private static final String WHERE = "transformer";

    /// Embeddings that stay where they are.
    public Conditioning(
            Tensor text, @Nullable Tensor t5, @Nullable Tensor inpaint, @Nullable Tensor control) {
        this(Embeddings.of(text), t5 == null ? null : Embeddings.of(t5), inpaint, control);
    }

    /// A prompt and nothing else.
    public static Conditioning of(Tensor text) {
        return new Conditioning(text, null, null, null);
    }

    /// The embeddings are about to be read.
    void ahead() {
        text.ahead();
        if (t5 != null) {
            t5.ahead();
        }
    }

    /// Channels of latents, then of inpaint latents, then of control latents.
    Tensor onto(Tensor latents) {
        List<Tensor> parts = new ArrayList<>(List.of(latents));
        if (inpaint != null) {
            parts.add(inpaint);
        }
        if (control != null) {
            parts.add(control);
        }
        return parts.size() == 1 ? latents : concat(3, parts); // [F, H, W, C + C' + C'']
    }

    /// @throws ShapeMismatch if the model cannot take this with `latents`
    void requireFit(Shape latents, EasyAnimateConfig c) {
        requireLatents(latents, c);
        long masks = extraChannels("inpaint", inpaint, latents);
        long controls = extraChannels("control", control, latents);
        long channels = latents.dim(3) + masks + controls;
        if (channels != c.inChannels()) {
            String is = "%d channels (%d of latents, %d inpaint, %d control)";
            throw new ShapeMismatch(
                    WHERE,
                    ("input has " + is + ", wanted %d; is this a checkpoint for another task?")
                            .formatted(channels, latents.dim(3), masks, controls, c.inChannels()));
        }
        requireText("prompt embeddings", text, c.textDim());
        if (t5 != null) {
            Integer width = c.t5Dim();
            if (width == null) {
                throw new ShapeMismatch(
                        WHERE,
                        "T5 embeddings are given, wanted none; its config has no text_embed_dim_t5");
            }
            requireText("T5 embeddings", t5, width);
        }
    }

    private static void requireLatents(Shape latents, EasyAnimateConfig c) {
        int p = c.patchSize();
        boolean fits =
                latents.rank() == 4
                        && latents.dim(0) >= 1
                        && latents.dim(1) >= p
                        && latents.dim(2) >= p
                        && latents.dim(3) == c.outChannels();
        if (!fits) {
            throw new ShapeMismatch(
                    WHERE,
                    "latents are %s, wanted [frames, rows, columns, %d] with %d rows and columns or more"
                            .formatted(latents, c.outChannels(), p));
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

    private static void requireText(String name, Embeddings embeddings, int width) {
        Shape x = embeddings.shape();
        if (x.rank() != 2 || x.length(0) < 1 || x.length(1) != width) {
            throw new ShapeMismatch(
                    WHERE,
                    "%s are %s, wanted [tokens, %d]; do they come from this model's encoder?"
                            .formatted(name, x, width));
        }
    }
}
