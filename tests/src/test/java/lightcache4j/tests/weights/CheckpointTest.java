package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.MalformedSafetensors;
import lightcache4j.weights.SafetensorsWriter;
import lightcache4j.weights.UnreadableModel;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Component folders in every layout that diffusers and transformers write, and broken ones.
class CheckpointTest {
    @TempDir Path folder;

    @BeforeEach
    void configuration() throws IOException {
        Files.writeString(
                folder.resolve("config.json"), "{\"_class_name\":\"Tower\",\"layers\":2}");
    }

    private void weights(String file, float value) {
        Tensor tensor = Tensor.of(new float[] {value}, 1);
        SafetensorsWriter.write(folder.resolve(file), Map.of("w", tensor), Map.of());
    }

    private float valueIn(Checkpoint checkpoint) {
        return checkpoint.weights().tensor("w", 1).toFloats()[0];
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diffusion_pytorch_model.safetensors",
                "model.safetensors",
                "model.fp16.safetensors",
                "diffusion_pytorch_model.bf16.safetensors",
                "weights_of_some_other_name.safetensors"
            })
    void aFolderWithOneFileNeedsNoVariant(String file) {
        weights(file, 3);
        MemoryLedger ledger = new MemoryLedger();
        try (Checkpoint checkpoint = Checkpoint.open(folder, null, ledger)) {
            assertEquals(3, valueIn(checkpoint));
            assertEquals(2, checkpoint.config().integer("layers"));
            assertEquals("Tower", checkpoint.className());
            assertEquals(4, ledger.current(Pool.DISK));
            assertEquals(4, checkpoint.byteSize());
            assertEquals(Map.of(DType.F32, 1L), checkpoint.dtypes());
        }
        assertEquals(0, ledger.current(Pool.DISK));
    }

    @ParameterizedTest
    @CsvSource({",1", "fp16,2", "bf16,3"})
    void theVariantChoosesTheFile(String variant, float value) {
        weights("model.safetensors", 1);
        weights("model.fp16.safetensors", 2);
        weights("model.bf16.safetensors", 3);
        try (Checkpoint checkpoint = Checkpoint.open(folder, variant, null)) {
            assertEquals(value, valueIn(checkpoint));
        }
    }

    @Test
    void severalVariantsAndNoPlainFileIsAQuestion() {
        weights("model.fp16.safetensors", 2);
        weights("model.bf16.safetensors", 3);
        refused("has only the variants bf16, fp16, wanted one to be chosen", null);
    }

    @Test
    void aVariantThatIsNotThere() {
        weights("model.fp16.safetensors", 2);
        weights("model.safetensors", 3);
        refused("has no weights of variant bf16, wanted one of (plain), fp16", "bf16");
    }

    @Test
    void noWeights() {
        refused("has no weights, wanted diffusion_pytorch_model.safetensors", null);
    }

    @Test
    void pickledWeightsAreNotRead() throws IOException {
        Files.write(folder.resolve("diffusion_pytorch_model.bin"), new byte[10]);
        refused("pickled weights only, which may run code", null);
    }

    @Test
    void aShardWithoutItsIndexIsNotTheWhole() {
        weights("model-00001-of-00002.safetensors", 1);
        refused("it has shards without their index", null);
    }

    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model.safetensors.index.json,",
        "model.safetensors.index.json,",
        "diffusion_pytorch_model.safetensors.index.fp16.json,fp16",
        "diffusion_pytorch_model.safetensors.fp16.index.json,fp16",
        "diffusion_pytorch_model.fp16.safetensors.index.json,fp16",
        "model.safetensors.index.fp16.json,fp16"
    })
    void shards(String index, String variant) throws IOException {
        shard("model-00001-of-00002.safetensors", Map.of("a", 1f, "b", 2f));
        shard("model-00002-of-00002.safetensors", Map.of("c", 3f));
        index(
                index,
                """
                "a": "model-00001-of-00002.safetensors", "b": "model-00001-of-00002.safetensors",
                "c": "model-00002-of-00002.safetensors"
                """);
        MemoryLedger ledger = new MemoryLedger();
        try (Checkpoint checkpoint = Checkpoint.open(folder, variant, ledger)) {
            for (Map.Entry<String, Float> tensor : Map.of("a", 1f, "b", 2f, "c", 3f).entrySet()) {
                float[] values = checkpoint.weights().tensor(tensor.getKey(), 1).toFloats();
                assertArrayEquals(new float[] {tensor.getValue()}, values);
            }
            checkpoint.weights().requireAllRead();
            assertEquals(12, ledger.current(Pool.DISK));
            assertEquals(3, checkpoint.parameters());
            assertEquals(2, checkpoint.files().size());
        }
        assertEquals(0, ledger.current(Pool.DISK));
    }

    @Test
    void whereBothAreThereDiffusersReadsTheIndexAndTransformersTheFile() throws IOException {
        weights("diffusion_pytorch_model.safetensors", 1);
        shard("shard.safetensors", Map.of("w", 2f));
        index("diffusion_pytorch_model.safetensors.index.json", "\"w\": \"shard.safetensors\"");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(2, valueIn(checkpoint));
        }
        Files.delete(folder.resolve("diffusion_pytorch_model.safetensors"));
        Files.delete(folder.resolve("diffusion_pytorch_model.safetensors.index.json"));
        weights("model.safetensors", 1);
        index("model.safetensors.index.json", "\"w\": \"shard.safetensors\"");
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(1, valueIn(checkpoint));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside.safetensors",
                "..",
                ".",
                "",
                "/etc/passwd",
                "sub/shard.safetensors",
                "..\\\\outside.safetensors",
                "C:shard.safetensors",
                "shard.safetensors\\u0000"
            })
    void anIndexNamesNothingOutsideItsFolder(String shard) throws IOException {
        Path outside = folder.resolveSibling("outside.safetensors");
        SafetensorsWriter.write(outside, Map.of("w", Tensor.of(new float[1], 1)), Map.of());
        index("model.safetensors.index.json", "\"w\": \"" + shard + "\"");
        MalformedConfig refused =
                assertThrows(MalformedConfig.class, () -> Checkpoint.open(folder));
        assertTrue(refused.getMessage().contains("wanted a plain name"), refused.getMessage());
        Files.delete(outside);
    }

    @Test
    void aShardIsMissing() throws IOException {
        index("model.safetensors.index.json", "\"w\": \"gone.safetensors\"");
        refused("gone.safetensors: is missing, wanted the shard", null);
    }

    @Test
    void aShardLacksATensor() throws IOException {
        shard("shard.safetensors", Map.of("a", 1f));
        index("model.safetensors.index.json", "\"w\": \"shard.safetensors\"");
        refused("lacks w, wanted it there", null);
    }

    @Test
    void aBrokenShardGivesBackTheOthers() throws IOException {
        shard("one.safetensors", Map.of("a", 1f));
        Files.write(folder.resolve("two.safetensors"), new byte[3]);
        index(
                "model.safetensors.index.json",
                "\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"");
        MemoryLedger ledger = new MemoryLedger();
        assertThrows(MalformedSafetensors.class, () -> Checkpoint.open(folder, null, ledger));
        assertEquals(0, ledger.current(Pool.DISK));
        assertTrue(ledger.peak(Pool.DISK) > 0, "the first shard was never opened");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "{}", "{\"weight_map\":[]}", "{\"weight_map\":{\"w\":1}}", "{", ""})
    void anIndexThatIsNone(String json) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), json);
        assertThrows(MalformedConfig.class, () -> Checkpoint.open(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "", "{} {}", "{\"a\":}"})
    void aConfigurationThatIsNone(String json) throws IOException {
        weights("model.safetensors", 1);
        Files.writeString(folder.resolve("config.json"), json);
        MemoryLedger ledger = new MemoryLedger();
        MalformedConfig refused =
                assertThrows(MalformedConfig.class, () -> Checkpoint.open(folder, null, ledger));
        assertTrue(refused.getMessage().contains("/config.json: "), refused.getMessage());
        assertEquals(0, ledger.current(Pool.DISK));
    }

    @Test
    void aSingleFileIsAComponentToo() throws IOException {
        weights("model.safetensors", 5);
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
            assertEquals(5, valueIn(checkpoint));
            assertEquals("Tower", checkpoint.className());
        }
        Files.delete(folder.resolve("config.json"));
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
            assertNull(checkpoint.className());
            assertFalse(checkpoint.config().has("layers"));
        }
    }

    @Test
    void tensorsDieWithTheCheckpoint() {
        weights("model.safetensors", 5);
        Checkpoint checkpoint = Checkpoint.open(folder);
        Tensor tensor = checkpoint.weights().tensor("w", 1);
        assertEquals(5, tensor.toFloats()[0]);
        checkpoint.close();
        checkpoint.close();
        assertThrows(IllegalStateException.class, tensor::toFloats);
    }

    private void refused(String words, String variant) {
        EngineException refused =
                assertThrows(UnreadableModel.class, () -> Checkpoint.open(folder, variant, null));
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    private void shard(String name, Map<String, Float> values) {
        Map<String, Tensor> tensors = new java.util.TreeMap<>();
        values.forEach((n, v) -> tensors.put(n, Tensor.of(new float[] {v}, 1)));
        SafetensorsWriter.write(folder.resolve(name), tensors, Map.of("format", "pt"));
    }

    private void index(String name, String map) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "{\"metadata\":{\"total_size\":12},\"weight_map\":{" + map + "}}");
    }
}
