package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Safetensors;
import lightcache4j.weights.SafetensorsWriter;
import lightcache4j.weights.SafetensorsWriter.Planned;
import lightcache4j.weights.UnwritableFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is written is what is read back, in the official library's layout; and nothing is half
/// written.
class SafetensorsWriterTest {
    @TempDir Path folder;

    @Test
    void everyDtypeComesBackByteForByte() {
        Random random = new Random(7);
        Map<String, Tensor> tensors = new TreeMap<>();
        for (DType dtype : DType.values()) {
            for (Shape shape : List.of(Shape.of(), Shape.of(0, 3), Shape.of(8, 3), Shape.of(16))) {
                if (shape.size() * dtype.bits() % 8 == 0) {
                    byte[] bytes = new byte[(int) dtype.bytes(shape.size())];
                    random.nextBytes(bytes);
                    tensors.put(dtype + " 😀\n\"\\" + shape, tensor(dtype, shape, bytes));
                }
            }
        }
        Path file = folder.resolve("all.safetensors");
        Map<String, String> metadata = Map.of("format", "pt", "note", "Größe \"1\"\t");
        SafetensorsWriter.write(file, tensors, metadata);
        try (Safetensors read = Safetensors.open(file)) {
            assertEquals(metadata, new TreeMap<>(read.metadata()));
            assertEquals(tensors.keySet(), new TreeMap<>(read.tensors()).keySet());
            tensors.forEach(
                    (name, written) -> {
                        Tensor back = read.tensor(name);
                        assertEquals(written.dtype(), back.dtype(), name);
                        assertEquals(written.shape(), back.shape(), name);
                        assertArrayEquals(bytes(written), bytes(back), name);
                    });
            for (Safetensors.Entry entry : read.entries()) {
                long alignment = Math.max(1, entry.dtype().bits() / 8);
                assertEquals(0, entry.offset() % alignment, entry.name());
            }
        }
    }

    /// The bytes that safetensors 0.8 makes of the same tensors, read off a file of its own.
    @Test
    void theBytesAreTheOfficialLibrarys() throws IOException {
        try (Safetensors official = Safetensors.open(SafetensorsFixtures.ELEMENTS)) {
            Path file = folder.resolve("elements.safetensors");
            SafetensorsWriter.write(file, official.tensors(), official.metadata());
            assertArrayEquals(
                    Files.readAllBytes(SafetensorsFixtures.ELEMENTS), Files.readAllBytes(file));
        }
    }

    @Test
    void theHeaderIsPaddedWithSpacesToEightBytes() throws IOException {
        for (int letters = 1; letters <= 8; letters++) {
            Path file = folder.resolve("padded.safetensors");
            Tensor one = Tensor.of(new float[] {1}, 1);
            SafetensorsWriter.write(file, Map.of("n".repeat(letters), one), Map.of());
            byte[] all = Files.readAllBytes(file);
            String header = new String(all, 8, all.length - 12, StandardCharsets.UTF_8);
            assertEquals(all[0], header.length());
            assertEquals(0, header.length() % 8);
            assertTrue(header.stripTrailing().endsWith("}}"), header);
        }
    }

    @Test
    void piecesInAnyOrder() {
        Path file = folder.resolve("pieces.safetensors");
        List<Planned> plan =
                List.of(
                        new Planned("frames", DType.F32, Shape.of(3, 2)),
                        new Planned("steps", DType.I64, Shape.of(1)),
                        new Planned("nothing", DType.F32, Shape.of(0)));
        try (SafetensorsWriter out = SafetensorsWriter.create(file, plan, Map.of())) {
            out.append("frames", Tensor.of(new float[] {1, 2}, 2));
            out.append("steps", MemorySegment.ofArray(new byte[] {9, 0, 0, 0, 0, 0, 0, 0}));
            out.append("frames", Tensor.of(new float[] {3, 4, 5, 6}, 2, 2));
            out.commit();
        }
        try (Safetensors read = Safetensors.open(file)) {
            float[] frames = read.tensor("frames").toFloats();
            assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, frames);
            long steps = read.tensor("steps").segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            assertEquals(9, steps);
            assertEquals(0, read.tensor("nothing").size());
        }
    }

    @Test
    void withoutACommitNothingIsLeftAndTheOldFileStays() throws IOException {
        Path file = folder.resolve("kept.safetensors");
        Files.writeString(file, "old");
        List<Planned> plan = List.of(new Planned("a", DType.F32, Shape.of(1)));
        try (SafetensorsWriter out = SafetensorsWriter.create(file, plan, Map.of())) {
            assertEquals("old", Files.readString(file));
            assertThrows(IllegalStateException.class, out::commit);
        }
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), files());
        try (SafetensorsWriter out = SafetensorsWriter.create(file, plan, Map.of())) {
            out.append("a", Tensor.of(new float[] {1}, 1));
            assertEquals("old", Files.readString(file));
            out.commit();
        }
        assertEquals(List.of(file), files());
        Safetensors.open(file).close();
    }

    @Test
    void moreBytesThanPlannedAreRefused() {
        List<Planned> plan = List.of(new Planned("a", DType.F32, Shape.of(1)));
        Path file = folder.resolve("more.safetensors");
        try (SafetensorsWriter out = SafetensorsWriter.create(file, plan, Map.of())) {
            Tensor two = Tensor.of(new float[] {1, 2}, 2);
            assertThrows(ShapeMismatch.class, () -> out.append("a", two));
            assertThrows(ShapeMismatch.class, () -> out.append("b", two));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"__metadata__", "half \ud800"})
    void namesThatTheFormatDoesNotHave(String name) throws IOException {
        Map<String, Tensor> tensors = Map.of(name, Tensor.of(new float[] {1}, 1));
        Path file = folder.resolve("named.safetensors");
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.write(file, tensors, Map.of()));
        Map<String, Tensor> sound = Map.of("a", Tensor.of(new float[] {1}, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.write(file, sound, Map.of("key", "half \udc00")));
        assertEquals(List.of(), files());
    }

    @Test
    void placesThatCannotBeWritten() {
        Map<String, Tensor> tensors = Map.of("a", Tensor.of(new float[] {1}, 1));
        for (Path place : List.of(folder, folder.resolve("missing/file"), Path.of("/dev/null"))) {
            UnwritableFile refused =
                    assertThrows(
                            UnwritableFile.class,
                            () -> SafetensorsWriter.write(place, tensors, Map.of()));
            assertTrue(refused.getMessage().startsWith(place + ": "), refused.getMessage());
            assertTrue(refused.getMessage().contains(", wanted "), refused.getMessage());
        }
    }

    private static Tensor tensor(DType dtype, Shape shape, byte[] bytes) {
        MemorySegment segment =
                java.lang.foreign.Arena.ofAuto().allocate(Math.max(1, bytes.length), 8);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return new Tensor(dtype, shape, new HostStorage(segment, Pool.HOST), 0);
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = tensor.segment().toArray(ValueLayout.JAVA_BYTE);
        return Arrays.copyOf(bytes, bytes.length);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
