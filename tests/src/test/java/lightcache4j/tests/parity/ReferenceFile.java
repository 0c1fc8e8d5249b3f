package lightcache4j.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a well-formed safetensors file whole. Apart from the engine's own reader, so that a
/// mistake there cannot make inputs and expectations wrong together.
public final class ReferenceFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ReferenceFile() {}

    /// All tensors by name as floats, which hold the integers of fixtures exactly.
    public static Map<String, Values> read(Path file) {
        Map<String, Values> values = new LinkedHashMap<>();
        tensors(file).forEach((name, tensor) -> values.put(name, values(tensor)));
        return values;
    }

    /// All tensors by name, in the type that the file has them in: weights for a model.
    public static Map<String, Tensor> tensors(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            MemorySegment whole = Arena.ofAuto().allocate(bytes.length, 64);
            whole.copyFrom(MemorySegment.ofArray(bytes));
            int length = Math.toIntExact(whole.get(I64, 0));
            JsonNode header =
                    JSON.readTree(new String(bytes, Long.BYTES, length, StandardCharsets.UTF_8));
            HostStorage storage = new HostStorage(whole, Pool.HOST);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : header.properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    tensors.put(
                            entry.getKey(), tensor(entry.getValue(), storage, Long.BYTES + length));
                }
            }
            return tensors;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + ": not readable", unreadable);
        }
    }

    private static Tensor tensor(JsonNode entry, HostStorage storage, long data) {
        JsonNode lengths = entry.required("shape");
        long[] shape = new long[lengths.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = lengths.get(i).asLong();
        }
        DType dtype = DType.valueOf(entry.required("dtype").asText());
        long start = data + entry.required("data_offsets").get(0).asLong();
        return new Tensor(dtype, Shape.of(shape), storage, start);
    }

    private static Values values(Tensor tensor) {
        MemorySegment bytes = tensor.segment();
        float[] numbers = new float[Math.toIntExact(tensor.size())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] =
                    switch (tensor.dtype()) {
                        case F32 -> bytes.getAtIndex(F32, i);
                        case I32 -> bytes.getAtIndex(I32, i);
                        case I64 -> bytes.getAtIndex(I64, i);
                        default -> throw new IllegalArgumentException("fixture holds " + tensor);
                    };
        }
        return new Values(numbers, tensor.shape().dims());
    }
}
