package lightcache4j.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a well-formed safetensors file of float32 and integers whole. Apart from the engine's own
/// reader, so that a mistake there cannot make inputs and expectations wrong together.
public final class ReferenceFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReferenceFile() {}

    /// All tensors by name; integers become floats, which hold those of fixtures exactly.
    public static Map<String, Values> read(Path file) {
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int header = Math.toIntExact(bytes.getLong(0));
            JsonNode entries =
                    JSON.readTree(new String(bytes.array(), 8, header, StandardCharsets.UTF_8));
            Map<String, Values> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : entries.properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    tensors.put(entry.getKey(), values(bytes, 8 + header, entry.getValue()));
                }
            }
            return tensors;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + ": not readable", unreadable);
        }
    }

    private static Values values(ByteBuffer bytes, int data, JsonNode entry) {
        JsonNode lengths = entry.required("shape");
        long[] shape = new long[lengths.size()];
        int size = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = lengths.get(i).asLong();
            size *= Math.toIntExact(shape[i]);
        }
        int start = data + entry.required("data_offsets").get(0).asInt();
        String dtype = entry.required("dtype").asText();
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] =
                    switch (dtype) {
                        case "F32" -> bytes.getFloat(start + 4 * i);
                        case "I32" -> bytes.getInt(start + 4 * i);
                        case "I64" -> bytes.getLong(start + 8 * i);
                        default -> throw new IllegalArgumentException("fixture of type " + dtype);
                    };
        }
        return new Values(numbers, shape);
    }
}
