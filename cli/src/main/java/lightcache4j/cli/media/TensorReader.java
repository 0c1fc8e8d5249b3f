package lightcache4j.cli.media;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Safetensors;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;

/// Frames out of a safetensors file: its tensor `frames`, float32, `[F, H, W, 3]` as this program
/// writes it or `[F, 3, H, W]` as PyTorch's users do, with or without a batch axis of 1; or its
/// tensor `video`, `[1, 3, F, H, W]`, the argument of diffusers' pipelines.
final class TensorReader implements ClipReader {
    private static final String FRAMES = "frames";
    private static final String VIDEO = "video";

    /// Where the frame, row, column and channel axes stand.
    private enum Layout {
        CHANNELS_LAST,
        CHANNELS_SECOND,
        CHANNELS_FIRST
    }

    private final Safetensors file;
    private final Tensor clip;
    private final Layout layout;
    private long index;

    private TensorReader(Safetensors file, Tensor clip, Layout layout) {
        this.file = file;
        this.clip = clip;
        this.layout = layout;
    }

    static TensorReader open(Path path) {
        Safetensors file = Safetensors.open(path);
        try {
            String name = file.tensors().containsKey(FRAMES) ? FRAMES : VIDEO;
            if (!file.tensors().containsKey(name)) {
                throw new CannotRead(path, "has no tensor frames, wanted F32 [F, H, W, 3]");
            }
            Tensor clip = file.tensor(name);
            Tensor one = clip.shape().rank() == 5 && clip.dim(0) == 1 ? clip.row(0) : clip;
            Layout layout = layout(name, one.shape());
            if (one.dtype() != DType.F32 || layout == null) {
                String wanted = "F32 [F, H, W, 3] or [F, 3, H, W]";
                throw new CannotRead(path, "has %s %s, wanted %s".formatted(name, clip, wanted));
            }
            return new TensorReader(file, one, layout);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable Layout layout(String name, Shape shape) {
        if (shape.rank() != 4) {
            return null;
        }
        if (name.equals(VIDEO)) {
            return shape.dim(0) == 3 ? Layout.CHANNELS_FIRST : null;
        }
        if (shape.dim(3) == 3) {
            return Layout.CHANNELS_LAST;
        }
        return shape.dim(1) == 3 ? Layout.CHANNELS_SECOND : null;
    }

    @Override
    public Optional<Frame> next() {
        boolean first = layout == Layout.CHANNELS_FIRST;
        if (index == clip.dim(first ? 1 : 0)) {
            return Optional.empty();
        }
        int at = Math.toIntExact(index++);
        if (layout == Layout.CHANNELS_LAST) {
            Tensor frame = clip.row(at);
            return Optional.of(Frame.of(frame));
        }
        int height = clip.shape().length(2);
        int width = clip.shape().length(3);
        int pixels = height * width;
        float[] rgb = new float[3 * pixels];
        for (int c = 0; c < 3; c++) {
            Tensor plane = first ? clip.row(c).row(at) : clip.row(at).row(c);
            float[] values = plane.toFloats();
            for (int i = 0; i < pixels; i++) {
                rgb[3 * i + c] = values[i];
            }
        }
        return Optional.of(new Frame(width, height, rgb));
    }

    @Override
    public void close() {
        file.close();
    }
}
