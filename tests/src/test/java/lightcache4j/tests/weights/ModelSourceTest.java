package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.ArchiveLimits;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.MalformedArchive;
import lightcache4j.weights.ModelSource;
import lightcache4j.weights.SafetensorsWriter;
import lightcache4j.weights.UnreadableModel;

import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// Models in archives, sound and hostile. Whatever happens, nothing is left where they were
/// unpacked and nothing was written beside it.
class ModelSourceTest {
    private static final Path VAE = Path.of("..", "demo", "model", "vae");
    private static final byte[] CONFIG =
            "{\"_class_name\":\"Tower\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;
    private Path below;

    @BeforeEach
    void scratch() throws IOException {
        below = Files.createDirectories(folder.resolve("a/b/c"));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.walk(folder)) {
            List<Path> files =
                    left.filter(p -> !folder.resolve("a/b/c").startsWith(p))
                            .filter(p -> !p.getFileName().toString().startsWith("model."))
                            .toList();
            assertEquals(List.of(), files);
        }
    }

    private ModelSource open(Path archive) {
        return ModelSource.open(archive, below, ArchiveLimits.DEFAULT);
    }

    private Path archive(ArchiveMaker.Kind kind) {
        return folder.resolve("model." + kind);
    }

    @ParameterizedTest
    @EnumSource(ArchiveMaker.Kind.class)
    void aModelComesOutAsItWentIn(ArchiveMaker.Kind kind) throws IOException {
        float[] values = new float[5000];
        Random random = new Random(11);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, Map.of("w", Tensor.of(values, 50, 100)), Map.of());
        byte[] weights = Files.readAllBytes(file);
        for (String prefix : List.of("", "./", "tower/", "./deep/tower/")) {
            Path archive = archive(kind);
            try (ArchiveMaker out = new ArchiveMaker(archive, kind)) {
                out.file(prefix + "config.json", CONFIG);
                out.file(prefix + "model.safetensors", weights);
            }
            try (ModelSource source = open(archive);
                    Checkpoint packed = Checkpoint.open(source.path())) {
                assertTrue(source.path().startsWith(below));
                assertEquals("Tower", packed.className());
                float[] back = packed.weights().tensor("w", 50, 100).toFloats();
                assertArrayEquals(values, back);
            }
            Files.delete(archive);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "x/../../outside",
                "..",
                "/outside",
                "//outside",
                "a/../b",
                "C:/outside",
                "x\\..\\..\\outside",
                "x\u0001y",
                "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
                "."
            })
    void noNameLeavesTheFolder(String name) throws IOException {
        for (ArchiveMaker.Kind kind : ArchiveMaker.Kind.values()) {
            try (ArchiveMaker out = new ArchiveMaker(archive(kind), kind)) {
                out.file("config.json", CONFIG);
                out.file(name, new byte[10]);
            }
            refused(archive(kind), "entry ");
        }
    }

    @ParameterizedTest
    @EnumSource(ArchiveMaker.Kind.class)
    void aSymbolicLinkIsRefused(ArchiveMaker.Kind kind) throws IOException {
        try (ArchiveMaker out = new ArchiveMaker(archive(kind), kind)) {
            out.symbolicLink("model.safetensors", "/etc/passwd");
        }
        refused(archive(kind), "is a link");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_LINK,
                TarConstants.LF_SYMLINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO
            })
    void specialEntriesOfTarAreRefused(byte type) throws IOException {
        Path archive = archive(ArchiveMaker.Kind.tar);
        try (ArchiveMaker out = new ArchiveMaker(archive, ArchiveMaker.Kind.tar)) {
            out.file("config.json", CONFIG);
            out.special("device", type);
        }
        refused(archive, "is a link or a special file");
    }

    @ParameterizedTest
    @EnumSource(ArchiveMaker.Kind.class)
    void aNameTwiceIsRefused(ArchiveMaker.Kind kind) throws IOException {
        for (String again : List.of("config.json", "./config.json", "config.json/x")) {
            try (ArchiveMaker out = new ArchiveMaker(archive(kind), kind)) {
                out.file("config.json", CONFIG);
                out.file(again, CONFIG);
            }
            refused(archive(kind), "");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"tar_gz", "zip"})
    void aBombIsStopped(ArchiveMaker.Kind kind) throws IOException {
        byte[] zeros = new byte[1 << 20];
        try (ArchiveMaker out = new ArchiveMaker(archive(kind), kind)) {
            for (int i = 0; i < 70; i++) {
                out.file("zeros" + i, zeros);
            }
        }
        assertTrue(Files.size(archive(kind)) < 1 << 20);
        refused(archive(kind), "20 times its size");
        try (ModelSource trusted = ModelSource.open(archive(kind), below, ArchiveLimits.NONE)) {
            assertEquals(1 << 20, Files.size(trusted.path().resolve("zeros69")));
        }
    }

    @ParameterizedTest
    @EnumSource(ArchiveMaker.Kind.class)
    void theLimitsAreKept(ArchiveMaker.Kind kind) throws IOException {
        try (ArchiveMaker out = new ArchiveMaker(archive(kind), kind)) {
            out.file("a", new byte[600]);
            out.file("b", new byte[400]);
        }
        Map<ArchiveLimits, String> tight =
                Map.of(
                        new ArchiveLimits(999, 20, 10), "more than 999 bytes",
                        new ArchiveLimits(1000, 20, 1), "more than 1 files");
        tight.forEach(
                (limits, words) -> {
                    MalformedArchive refused =
                            assertThrows(
                                    MalformedArchive.class,
                                    () -> ModelSource.open(archive(kind), below, limits));
                    assertTrue(refused.getMessage().contains(words), refused.getMessage());
                });
        ModelSource.open(archive(kind), below, new ArchiveLimits(1000, 20, 2)).close();
    }

    @ParameterizedTest
    @EnumSource(ArchiveMaker.Kind.class)
    void aTruncatedArchiveIsRefusedWherever(ArchiveMaker.Kind kind) throws IOException {
        byte[] random = new byte[500];
        new Random(3).nextBytes(random);
        try (ArchiveMaker out = new ArchiveMaker(archive(kind), kind)) {
            out.file("config.json", CONFIG);
            out.file("random", random);
        }
        byte[] whole = Files.readAllBytes(archive(kind));
        // After the last byte of the last file, a tar has zeros that nobody needs.
        int needed = kind == ArchiveMaker.Kind.tar ? 1536 + 500 : whole.length - 9;
        for (int length = 100; length < needed; length += 97) {
            Files.write(archive(kind), Arrays.copyOf(whole, length));
            assertThrows(
                    EngineException.class,
                    () -> open(archive(kind)).folder(),
                    "cut after " + length + " bytes");
        }
    }

    @Test
    void aZipWithAWrongChecksumIsRefused() throws IOException {
        Path archive = archive(ArchiveMaker.Kind.zip);
        try (ArchiveMaker out = new ArchiveMaker(archive, ArchiveMaker.Kind.zip)) {
            out.stored("weights", new byte[1000]);
        }
        byte[] bytes = Files.readAllBytes(archive);
        bytes[500] = 1;
        Files.write(archive, bytes);
        refused(archive, "another checksum");
    }

    @Test
    void otherArchivesAreNamed() throws IOException {
        Path archive = folder.resolve("model.tar.xz");
        Files.write(archive, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0});
        UnreadableModel refused = assertThrows(UnreadableModel.class, () -> open(archive));
        assertTrue(refused.getMessage().contains("unpack it first"), refused.getMessage());
    }

    @Test
    void foldersAndSingleFilesAreOpenedWhereTheyAre() {
        try (ModelSource source = open(VAE)) {
            assertEquals(VAE, source.path());
            assertEquals("AutoencoderKLMagvit", source.folder().component("vae").className());
        }
        assertTrue(Files.exists(VAE));
        Path file = VAE.resolve("diffusion_pytorch_model.safetensors");
        try (ModelSource source = open(file)) {
            assertTrue(source.isFile());
            assertEquals(file, source.path());
            assertThrows(UnreadableModel.class, source::folder);
        }
        assertThrows(UnreadableModel.class, () -> open(VAE.resolve("gone")));
    }

    private void refused(Path archive, String words) {
        MalformedArchive refused = assertThrows(MalformedArchive.class, () -> open(archive));
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
        assertTrue(refused.getMessage().contains(", wanted "), refused.getMessage());
        assertTrue(refused.getMessage().chars().noneMatch(c -> c < ' '), refused.getMessage());
        assertFalse(Files.exists(folder.resolve("a/b/outside")));
    }
}
