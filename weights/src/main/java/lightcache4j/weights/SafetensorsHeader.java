package lightcache4j.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import lightcache4j.tensors.DType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the JSON at the head of a safetensors file, no stricter and no laxer than the official
/// library (safetensors 0.8): unknown fields are passed over but must be sound JSON, a tensor's
/// name may come twice and the last one counts, a field may not, integers are plain digits, and
/// nesting ends at 127.
final class SafetensorsHeader {
    /// What the header says of one tensor. Lengths and offsets, which count from the end of the
    /// header, are unsigned.
    record Declared(String name, DType dtype, List<Long> dims, long begin, long end) {}

    private static final long PREFIX = 8;
    private static final String METADATA = "__metadata__";
    private static final Map<String, DType> DTYPES =
            Stream.of(DType.values()).collect(Collectors.toUnmodifiableMap(DType::name, d -> d));
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(127)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private final Path file;
    private final CharBuffer text;
    private final JsonParser json;
    private final Map<String, Declared> tensors = new HashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private SafetensorsHeader(Path file, CharBuffer text, JsonParser json) {
        this.file = file;
        this.text = text;
        this.json = json;
    }

    /// @param header the bytes between the length and the data
    /// @throws MalformedSafetensors if they are not a header
    static SafetensorsHeader read(Path file, byte[] header) {
        ByteBuffer bytes = ByteBuffer.wrap(header);
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException broken) {
            throw new MalformedSafetensors(
                    file,
                    PREFIX + bytes.position(),
                    "header is not UTF-8, wanted JSON in UTF-8; is this a safetensors file?");
        }
        try (JsonParser json = JSON.createParser(text.array(), text.arrayOffset(), text.length())) {
            SafetensorsHeader parsed = new SafetensorsHeader(file, text, json);
            parsed.top();
            return parsed;
        } catch (JsonProcessingException broken) {
            long at = broken.getLocation() == null ? 0 : broken.getLocation().getCharOffset();
            throw new MalformedSafetensors(
                    file,
                    byteOffset(text, at),
                    "header is no JSON (%s), wanted one object of tensors; is the file damaged?"
                            .formatted(Printable.of(broken.getOriginalMessage())));
        } catch (IOException impossible) {
            throw new UnreadableModel(file + ": cannot be read", impossible);
        }
    }

    /// The tensors, in no order.
    List<Declared> tensors() {
        return List.copyOf(tensors.values());
    }

    /// Free text that came with them; empty if there was none.
    Map<String, String> metadata() {
        return metadata;
    }

    private void top() throws IOException {
        boolean described = false;
        expect(json.nextToken() == JsonToken.START_OBJECT, "header", "an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = sound(json.currentName());
            json.nextToken();
            if (name.equals(METADATA)) {
                expect(!described, METADATA, "it once");
                described = true;
                readMetadata();
            } else {
                tensors.put(name, tensor(name));
            }
        }
        expect(json.nextToken() == null, "header", "nothing after its object");
    }

    private void readMetadata() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(json.currentToken() == JsonToken.START_OBJECT, METADATA, "an object of strings");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = sound(json.currentName());
            expect(json.nextToken() == JsonToken.VALUE_STRING, METADATA, "an object of strings");
            metadata.put(key, sound(json.getText()));
        }
    }

    private Declared tensor(String name) throws IOException {
        Fields fields = new Fields(name);
        if (json.currentToken() == JsonToken.START_ARRAY) {
            json.nextToken();
            fields.read("dtype");
            json.nextToken();
            fields.read("shape");
            json.nextToken();
            fields.read("data_offsets");
            expect(json.nextToken() == JsonToken.END_ARRAY, name, "dtype, shape, data_offsets");
        } else {
            expect(json.currentToken() == JsonToken.START_OBJECT, name, "an object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = sound(json.currentName());
                json.nextToken();
                fields.read(field);
            }
        }
        return fields.declared();
    }

    /// The fields of one tensor, gathered in whatever order they come.
    private final class Fields {
        private final String name;
        private final Set<String> seen = new HashSet<>();
        private DType dtype = DType.U8;
        private List<Long> shape = List.of();
        private List<Long> offsets = List.of();

        Fields(String name) {
            this.name = name;
        }

        void read(String field) throws IOException {
            switch (field) {
                case "dtype" -> dtype = dtype();
                case "shape" -> shape = integers(field);
                case "data_offsets" -> {
                    offsets = integers(field);
                    expect(offsets.size() == 2, name + " data_offsets", "two");
                }
                default -> {
                    passOver();
                    return;
                }
            }
            expect(seen.add(field), name + " " + field, "it once");
        }

        Declared declared() throws IOException {
            for (String field : List.of("dtype", "shape", "data_offsets")) {
                expect(seen.contains(field), name, "a field " + field);
            }
            return new Declared(
                    name, dtype, List.copyOf(shape), offsets.getFirst(), offsets.getLast());
        }

        // An enum of the official library's serialiser, which takes a name or an object {name:
        // null}.
        private DType dtype() throws IOException {
            String label;
            if (json.currentToken() == JsonToken.START_OBJECT) {
                expect(json.nextToken() == JsonToken.FIELD_NAME, name + " dtype", "a type's name");
                label = json.currentName();
                expect(json.nextToken() == JsonToken.VALUE_NULL, name + " dtype", "a type's name");
                expect(json.nextToken() == JsonToken.END_OBJECT, name + " dtype", "a type's name");
            } else {
                boolean text = json.currentToken() == JsonToken.VALUE_STRING;
                expect(text, name + " dtype", "a type's name");
                label = json.getText();
            }
            DType known = DTYPES.get(label);
            expect(known != null, name + " dtype", "a type of the format, not " + label);
            return Objects.requireNonNull(known);
        }

        private List<Long> integers(String field) throws IOException {
            expect(json.currentToken() == JsonToken.START_ARRAY, name + " " + field, "a list");
            List<Long> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                values.add(integer(field));
            }
            return values;
        }

        // "-0" is an integer to JSON, and a float to the official library.
        private long integer(String field) throws IOException {
            String digits = json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getText() : "";
            boolean plain = !digits.isEmpty() && !digits.startsWith("-") && digits.length() <= 20;
            expect(plain, name + " " + field, "integers from 0 to 2^64 - 1");
            try {
                return Long.parseUnsignedLong(digits);
            } catch (NumberFormatException beyond) {
                throw unexpected(name + " " + field, "integers from 0 to 2^64 - 1");
            }
        }
    }

    /// Moves past one value, however deep, that must be sound all the same.
    private void passOver() throws IOException {
        int depth = 0;
        do {
            JsonToken token = json.currentToken();
            expect(token != null, "header", "a value");
            switch (Objects.requireNonNull(token)) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case FIELD_NAME, VALUE_STRING -> sound(json.getText());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                        expect(
                                Double.isFinite(Double.parseDouble(json.getText())),
                                "header",
                                "numbers within float64");
                default -> {}
            }
            if (depth > 0) {
                json.nextToken();
            }
        } while (depth > 0);
    }

    /// The text itself, if escapes in it did not make half a surrogate pair.
    private String sound(String text) throws IOException {
        expect(Printable.isWellFormed(text), "header", "text that is Unicode");
        return text;
    }

    private void expect(boolean holds, String what, String wanted) throws IOException {
        if (!holds) {
            throw unexpected(what, wanted);
        }
    }

    private MalformedSafetensors unexpected(String what, String wanted) throws IOException {
        JsonToken token = json.currentToken();
        String is = token == null ? "at its end" : Printable.of(json.getText());
        return new MalformedSafetensors(
                file,
                byteOffset(text, json.currentTokenLocation().getCharOffset()),
                "%s is %s, wanted %s; is the file damaged?"
                        .formatted(Printable.of(what), is, Printable.of(wanted)));
    }

    private static long byteOffset(CharBuffer text, long chars) {
        int length = Math.clamp(chars, 0, text.length());
        String before = text.subSequence(0, length).toString();
        return PREFIX + before.getBytes(StandardCharsets.UTF_8).length;
    }
}
