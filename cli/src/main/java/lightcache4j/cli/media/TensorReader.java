package lightcache4j.cli.media;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Safetensors;

import java.nio.file.Path;
import java.util.Optional;

/// Frames out of a safetensors file: its tensor `frames`, float32, `[F, H, W, 3]` as this program
/// writes it or `[F, 3, H, W]` as PyTorch's users do, with or without a batch axis of 1.
final class TensorReader implements ClipReader {
    private static final String NAME = "frames";

    private final Safetensors file;
    private final Tensor frames;
    private final boolean channelsLast;
    private long index;

    private TensorReader(Safetensors file, Tensor frames, boolean channelsLast) {
        this.file = file;
        this.frames = frames;
        this.channelsLast = channelsLast;
    }

    static TensorReader open(Path path) {
        Safetensors file = Safetensors.open(path);
        try {
            if (!file.tensors().containsKey(NAME)) {
                throw new CannotRead(path, "has no tensor frames, wanted F32 [F, H, W, 3]");
            }
            Tensor frames = file.tensor(NAME);
            Shape shape = frames.shape();
            if (shape.rank() == 5 && shape.dim(0) == 1) {
                frames = frames.row(0);
                shape = frames.shape();
            }
            boolean last = shape.rank() == 4 && shape.dim(3) == 3;
            boolean first = shape.rank() == 4 && shape.dim(1) == 3;
            if (frames.dtype() != DType.F32 || (!last && !first)) {
                throw new CannotRead(
                        path, "has frames " + frames + ", wanted F32 [F, H, W, 3] or [F, 3, H, W]");
            }
            return new TensorReader(file, frames, last);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Whether a file has what this reads.
    static boolean holdsFrames(Safetensors file) {
        return file.tensors().containsKey(NAME);
    }

    @Override
    public Optional<Frame> next() {
        if (index == frames.dim(0)) {
            return Optional.empty();
        }
        Tensor frame = frames.row(index++);
        float[] values = frame.toFloats();
        if (channelsLast) {
            return Optional.of(new Frame(frame.shape().length(1), frame.shape().length(0), values));
        }
        int pixels = values.length / 3;
        float[] rgb = new float[values.length];
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = values[c * pixels + i];
            }
        }
        return Optional.of(new Frame(frame.shape().length(2), frame.shape().length(1), rgb));
    }

    @Override
    public void close() {
        file.close();
    }
}
