package lightcache4j.model.run;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// What flows from block to block: the video stream and, in two-stream models, the text stream.
///
/// @param video tokens `[L, D]`, or a video `[F, H, W, C]`
/// @param text tokens `[T, D]`; null in single-stream models, and where no one needs them any more
/// @param given whether nobody but who gets them needs them any more: then they may be freed before
///   the result is there ([Scoped#spend])
public record Features(Tensor video, @Nullable Tensor text, boolean given) {

    /// Features that others need too.
    public Features(Tensor video, @Nullable Tensor text) {
        this(video, text, false);
    }

    /// Features of a single-stream model.
    public static Features of(Tensor video) {
        return new Features(video, null);
    }

    /// The same for whom others leave them to.
    public Features giveAway() {
        return new Features(video, text, true);
    }

    /// The same for whom they are shown to.
    public Features lend() {
        return given ? new Features(video, text) : this;
    }

    /// Each stream through a function of its own; an absent one stays absent.
    public Features map(UnaryOperator<Tensor> videoBody, UnaryOperator<Tensor> textBody) {
        return new Features(videoBody.apply(video), text == null ? null : textBody.apply(text));
    }

    /// Each stream with its counterpart; a stream that either lacks is absent.
    public Features zip(Features other, BinaryOperator<Tensor> body) {
        Tensor words = text;
        Tensor others = other.text;
        return new Features(
                body.apply(video, other.video),
                words == null || others == null ? null : body.apply(words, others));
    }

    /// The text stream, where a model cannot do without.
    ///
    /// @throws IllegalStateException if it is absent
    public Tensor requiredText() {
        if (text == null) {
            throw new IllegalStateException(
                    "features: there is no text stream, wanted one; a runner must not drop it");
        }
        return text;
    }

    /// Bytes of both streams.
    public long byteSize() {
        return video.byteSize() + (text == null ? 0 : text.byteSize());
    }
}
