package lightcache4j.model.run;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// What flows from block to block: the video stream and, in two-stream models, the text stream.
///
/// @param video tokens `[L, D]`, or a video `[F, H, W, C]`
/// @param text tokens `[T, D]`; null in single-stream models
public record Features(Tensor video, @Nullable Tensor text) {

    /// Features of a single-stream model.
    public static Features of(Tensor video) {
        return new Features(video, null);
    }
}
