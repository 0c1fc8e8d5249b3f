package lightcache4j.cli.media;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.SafetensorsWriter;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A clip as a safetensors file with one tensor `frames`, float32 `[F, H, W, 3]` in 0 to 1, written
/// as its frames come.
final class TensorWriter implements ClipWriter {
    private final Path path;
    private final SafetensorsWriter out;

    private TensorWriter(Path path, SafetensorsWriter out) {
        this.path = path;
        this.out = out;
    }

    static TensorWriter begin(Path path, Plan plan) {
        Shape shape = Shape.of(plan.frames(), plan.height(), plan.width(), 3);
        var planned = List.of(new SafetensorsWriter.Planned("frames", DType.F32, shape));
        return new TensorWriter(path, SafetensorsWriter.create(path, planned, Map.of()));
    }

    @Override
    public void accept(Frame frame) {
        out.append("frames", Tensor.of(frame.rgb(), frame.height(), frame.width(), 3));
    }

    @Override
    public Path finish() {
        out.commit();
        return path;
    }

    @Override
    public void close() {
        out.close();
    }
}
