package lightcache4j.model.dit;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// What a clip is to be like: everything that the denoiser is given besides the latents and the
/// time.
///
/// @param text prompt embeddings `[T, E]`, padding included
/// @param t5 embeddings of a second text encoder `[T', E']`, or null
/// @param inpaint mask and masked clip `[F, H, W, C']` in latent space, or null
/// @param control control clip `[F, H, W, C'']` in latent space, or null
public record Conditioning(
        Tensor text, @Nullable Tensor t5, @Nullable Tensor inpaint, @Nullable Tensor control) {

    /// A prompt and nothing else.
    public static Conditioning of(Tensor text) {
        return new Conditioning(text, null, null, null);
    }
}
