package lightcache4j.cli.trace;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Elements;
import lightcache4j.weights.Safetensors;
import lightcache4j.weights.UnreadableModel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tensors that a component is run on, sample by sample.
///
/// @param samples inputs of each sample, without batch axis
/// @param batched whether the file had a batch axis, so that results get one too
public record Inputs(List<Map<String, Tensor>> samples, boolean batched) {
    private static final String POSITIONS = "position_ids";

    /// Reads a file.
    ///
    /// @param axes the known names, with the number of axes of each without a batch
    /// @throws CannotRead if a name is unknown, a tensor has another number of axes, or batches
    ///   differ
    public static Inputs read(Path path, Map<String, Integer> axes) {
        Map<String, List<Tensor>> rows = new LinkedHashMap<>();
        boolean batched = false;
        try (Safetensors file = Safetensors.open(path)) {
            for (Map.Entry<String, Tensor> input : file.tensors().entrySet()) {
                String name = input.getKey();
                Integer wanted = axes.get(name);
                if (wanted == null) {
                    throw new CannotRead(
                            path,
                            "has an input %s, wanted some of %s"
                                    .formatted(name, axes.keySet().stream().sorted().toList()));
                }
                Tensor values = values(input.getValue());
                int extra = values.shape().rank() - wanted;
                if (extra < 0 || extra > 1) {
                    throw new CannotRead(
                            path,
                            "has %s %s, wanted %d axes, or one more for a batch"
                                    .formatted(name, values, wanted));
                }
                // A time alone is a number or a list of one.
                batched |= extra == 1 && wanted > 0;
                rows.put(name, extra == 1 ? split(name, values) : List.of(values));
            }
        }
        return new Inputs(samples(path, rows), batched);
    }

    /// Numbers as components take them: I32 for whole ones, else F32.
    private static Tensor values(Tensor stored) {
        float[] floats = Elements.toFloats(stored);
        long[] dims = stored.shape().dims();
        if (stored.dtype().isFloating() || stored.dtype() == DType.F64) {
            return Tensor.of(floats, dims);
        }
        int[] whole = new int[floats.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (int) floats[i];
        }
        return Tensor.of(whole, dims);
    }

    private static List<Tensor> split(String name, Tensor values) {
        List<Tensor> rows = new ArrayList<>();
        if (name.equals(POSITIONS)) { // [3, B, L], as transformers has them
            for (long b = 0; b < values.dim(1); b++) {
                rows.add(positions(values, b));
            }
            return rows;
        }
        for (long b = 0; b < values.dim(0); b++) {
            rows.add(values.row(b));
        }
        return rows;
    }

    private static Tensor positions(Tensor values, long sample) {
        int length = Math.toIntExact(values.dim(2));
        int axes = Math.toIntExact(values.dim(0));
        int[] one = new int[axes * length];
        for (int a = 0; a < axes; a++) {
            int[] row = values.row(a).row(sample).toInts();
            System.arraycopy(row, 0, one, a * length, length);
        }
        return Tensor.of(one, axes, length);
    }

    private static List<Map<String, Tensor>> samples(Path path, Map<String, List<Tensor>> rows) {
        int batch = rows.values().stream().mapToInt(List::size).max().orElse(0);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int b = 0; b < batch; b++) {
            Map<String, Tensor> sample = new LinkedHashMap<>();
            for (Map.Entry<String, List<Tensor>> input : rows.entrySet()) {
                List<Tensor> values = input.getValue();
                if (values.size() != 1 && values.size() != batch) {
                    throw new CannotRead(
                            path,
                            "has a batch of %d in %s, wanted %d as in other inputs"
                                    .formatted(values.size(), input.getKey(), batch));
                }
                sample.put(input.getKey(), values.get(values.size() == 1 ? 0 : b));
            }
            samples.add(sample);
        }
        if (samples.isEmpty()) {
            throw new CannotRead(path, "has no tensors, wanted the inputs of a component");
        }
        return samples;
    }

    /// Results of all samples, with a batch axis if the inputs had one.
    public Map<String, Tensor> joined(List<Map<String, Tensor>> results) {
        if (!batched) {
            return results.getFirst();
        }
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (String name : results.getFirst().keySet()) {
            List<Tensor> values = new ArrayList<>();
            for (Map<String, Tensor> result : results) {
                values.add(required(result, name));
            }
            joined.put(name, HostLayout.stacked(values));
        }
        return joined;
    }

    static Tensor required(Map<String, Tensor> inputs, String name) {
        Tensor tensor = inputs.get(name);
        if (tensor == null) {
            throw new UnreadableModel("inputs: %s is missing, wanted it".formatted(name));
        }
        return tensor;
    }
}
