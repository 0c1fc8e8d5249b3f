package lightcache4j.cli;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Elements;
import lightcache4j.weights.Safetensors;
import lightcache4j.weights.SafetensorsWriter;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Latents as files: `initial_latents`, the noise that a generation begins with, and `latents`,
/// what it ends with, both `[1, C, f, h, w]` as PyTorch's users have them.
final class Latents {
    private static final String INITIAL = "initial_latents";
    private static final String FINAL = "latents";

    private Latents() {}

    /// The noise to begin with, `[C, f, h, w]`: the tensor `initial_latents`, or else `latents`, or
    /// else the only one.
    ///
    /// @throws CannotRead if there is none of these, or it has another number of axes
    static Tensor read(Path path) {
        try (Safetensors file = Safetensors.open(path)) {
            Tensor tensor = chosen(path, file);
            int batch = tensor.shape().rank() - 4;
            if (batch < 0 || batch > 1 || (batch == 1 && tensor.dim(0) != 1)) {
                throw new CannotRead(
                        path, "holds latents %s, wanted [1, C, f, h, w]".formatted(tensor));
            }
            Tensor copy = Tensor.of(Elements.toFloats(tensor), tensor.shape().dims());
            return batch == 1 ? copy.row(0) : copy;
        }
    }

    private static Tensor chosen(Path path, Safetensors file) {
        for (String name : List.of(INITIAL, FINAL)) {
            if (file.tensors().containsKey(name)) {
                return file.tensor(name);
            }
        }
        if (file.tensors().size() == 1) {
            return file.tensors().values().iterator().next();
        }
        throw new CannotRead(
                path, "has %d tensors, wanted one named latents".formatted(file.tensors().size()));
    }

    /// Writes both, whole or not at all.
    static void write(Path path, Generation generation) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(INITIAL, batched(generation.initialLatents()));
        tensors.put(FINAL, batched(generation.latents()));
        SafetensorsWriter.write(path, tensors, Map.of());
    }

    private static Tensor batched(Tensor latents) {
        long[] dims = latents.shape().dims();
        return latents.reshape(1, dims[0], dims[1], dims[2], dims[3]);
    }
}
