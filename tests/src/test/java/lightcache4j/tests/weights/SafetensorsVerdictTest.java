package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedSafetensors;
import lightcache4j.weights.Safetensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Files in which every field lies in every way: what is accepted is what the official library
/// accepted when `tests/fixtures/safetensors_cases.py` asked it.
class SafetensorsVerdictTest {
    /// The official library opens these, and neither NumPy nor PyTorch can make a tensor of them.
    private static final Set<String> BEYOND_LONG =
            Set.of(
                    "a length beside 0 is 2^63",
                    "a length beside 0 is 2^64 - 1",
                    "shape overflows: 2^62, 2, 0",
                    "shape overflows: 2^62, 3, 0",
                    "shape overflows: 2^64 - 1, 0",
                    "shape overflows: 0, 2^64 - 1",
                    "shape overflows: 2^63, 0");

    @TempDir Path folder;

    record Case(JsonNode json) {
        @Override
        public String toString() {
            return json.get("name").asText();
        }
    }

    static Stream<Case> cases() {
        JsonNode all = Config.read(SafetensorsFixtures.CASES).json().get("cases");
        List<Case> cases = new ArrayList<>();
        all.forEach(json -> cases.add(new Case(json)));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheOfficialLibrary(Case c) throws IOException {
        Path file = write(c.json().get("file"));
        MemoryLedger ledger = new MemoryLedger();
        boolean accepted =
                c.json().get("accepted").asBoolean() && !BEYOND_LONG.contains(c.toString());
        if (accepted) {
            try (Safetensors opened = Safetensors.open(file, ledger)) {
                requireSameContent(c.json(), opened);
            }
        } else {
            MalformedSafetensors refused =
                    assertThrows(MalformedSafetensors.class, () -> Safetensors.open(file, ledger));
            requireHouseForm(refused, file);
        }
        assertEquals(0, ledger.current(Pool.DISK));
    }

    private static void requireSameContent(JsonNode official, Safetensors opened) {
        if (official.has("tensors")) {
            Set<String> names = new TreeSet<>();
            official.get("tensors").forEach(name -> names.add(name.asText()));
            assertEquals(names, new TreeSet<>(opened.tensors().keySet()));
        }
        Map<String, String> metadata = new TreeMap<>();
        official.get("metadata")
                .properties()
                .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
        assertEquals(metadata, new TreeMap<>(opened.metadata()));
        for (Safetensors.Entry entry : opened.entries()) {
            assertEquals(entry.bytes(), opened.tensor(entry.name()).segment().byteSize());
        }
    }

    private static void requireHouseForm(MalformedSafetensors refused, Path file)
            throws IOException {
        String message = refused.getMessage();
        assertTrue(message.startsWith(file + " at byte " + refused.offset() + ": "), message);
        assertTrue(message.contains(", wanted ") && message.contains("; "), message);
        assertTrue(message.chars().noneMatch(c -> c < ' '), message);
        assertTrue(message.length() < file.toString().length() + 500, message);
        assertTrue(refused.offset() >= 0 && refused.offset() <= Files.size(file) + 1, message);
    }

    private Path write(JsonNode pieces) throws IOException {
        Path file = folder.resolve("case.safetensors");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (JsonNode piece : pieces) {
                if (piece.has("text")) {
                    out.write(piece.get("text").asText().getBytes(StandardCharsets.UTF_8));
                } else if (piece.has("hex")) {
                    out.write(HexFormat.of().parseHex(piece.get("hex").asText()));
                } else {
                    byte[] same = new byte[piece.get("count").asInt()];
                    Arrays.fill(same, (byte) piece.get("byte").asInt());
                    out.write(same);
                }
            }
        }
        return file;
    }

    @Test
    void everyExceptionIsACaseThatTheOfficialLibraryOpens() {
        Set<String> opened = new TreeSet<>();
        cases().filter(c -> c.json().get("accepted").asBoolean())
                .forEach(c -> opened.add(c.toString()));
        assertTrue(opened.containsAll(BEYOND_LONG));
        assertFalse(opened.size() < 90, "the table has lost its cases");
    }
}
