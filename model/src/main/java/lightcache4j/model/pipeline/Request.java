package lightcache4j.model.pipeline;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// One generation.
///
/// @param prompt what to show
/// @param negative what not to show; counts only with guidance
/// @param size of the clip
/// @param sampling how to get there
/// @param latents initial noise `[C, f, h, w]` in host memory, instead of the seed's; null to draw
///   it
/// @param reference a clip to start from; null for text to video
public record Request(
        String prompt,
        String negative,
        VideoSize size,
        Sampling sampling,
        @Nullable Tensor latents,
        @Nullable Reference reference) {

    /// Text to video.
    public static Request of(String prompt, VideoSize size, Sampling sampling) {
        return new Request(prompt, "", size, sampling, null, null);
    }

    /// The same, got to otherwise.
    public Request withSampling(Sampling other) {
        return new Request(prompt, negative, size, other, latents, reference);
    }
}
