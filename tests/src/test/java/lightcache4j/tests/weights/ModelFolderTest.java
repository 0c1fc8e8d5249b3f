package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.ModelFolder;
import lightcache4j.weights.SafetensorsWriter;
import lightcache4j.weights.UnreadableModel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Folders of pipelines, sound and broken.
class ModelFolderTest {
    private static final Path DEMO = Path.of("..", "demo", "model");

    @TempDir Path folder;

    @Test
    void theDemoIsReadAsDiffusersWroteIt() {
        ModelFolder demo = ModelFolder.open(DEMO);
        assertTrue(demo.isPipeline());
        assertEquals("EasyAnimatePipeline", demo.className());
        assertEquals(
                List.of("scheduler", "text_encoder", "tokenizer", "transformer", "vae"),
                List.copyOf(demo.components().keySet()));
        assertEquals("transformers", demo.component("tokenizer").library());
        assertEquals(
                "FlowMatchEulerDiscreteScheduler",
                demo.component("scheduler").config("scheduler_config.json").text("_class_name"));
        MemoryLedger ledger = new MemoryLedger();
        long bytes = 0;
        for (String name : List.of("text_encoder", "transformer", "vae")) {
            try (Checkpoint part = demo.open(name, null, ledger)) {
                assertEquals(demo.component(name).className(), part.className());
                assertEquals(part.byteSize(), ledger.current(Pool.DISK));
                assertTrue(part.parameters() > 0);
                bytes += part.byteSize();
            }
        }
        assertEquals(0, ledger.current(Pool.DISK));
        assertTrue(ledger.peak(Pool.DISK) < bytes, "components were open together");
    }

    @Test
    void aComponentAloneIsAModelToo() {
        ModelFolder vae = ModelFolder.open(DEMO.resolve("vae"));
        assertFalse(vae.isPipeline());
        assertEquals("AutoencoderKLMagvit", vae.component("vae").className());
        assertEquals(
                "Qwen2VLForConditionalGeneration",
                ModelFolder.open(DEMO.resolve("text_encoder"))
                        .component("text_encoder")
                        .className());
        assertThrows(UnreadableModel.class, vae::index);
    }

    @Test
    void settingsAreNoComponentsAndNullsAreLeftOut() throws IOException {
        index(
                """
                {"_class_name": "P", "_diffusers_version": "0.42.1",
                 "boundary_ratio": 0.9, "expand_timesteps": false,
                 "pair": [1, 2], "image_encoder": [null, null],
                 "vae": ["diffusers", "V"], "_x": ["a", "B"]}
                """);
        ModelFolder model = ModelFolder.open(folder);
        assertEquals(List.of("vae"), List.copyOf(model.components().keySet()));
        assertFalse(model.has("image_encoder"));
        assertEquals(0.9, model.index().real("boundary_ratio"));
    }

    @Test
    void aComponentWithoutItsFolder() throws IOException {
        index("{\"vae\": [\"diffusers\", \"V\"]}");
        UnreadableModel refused =
                assertThrows(
                        UnreadableModel.class, () -> ModelFolder.open(folder).component("vae"));
        assertEquals(
                folder.resolve("vae")
                        + ": is missing, wanted the folder of V, which model_index.json names;"
                        + " is the download complete?",
                refused.getMessage());
    }

    @Test
    void aComponentThatIsNotNamed() throws IOException {
        index("{\"vae\": [\"diffusers\", \"V\"], \"unet\": [\"diffusers\", \"U\"]}");
        UnreadableModel refused =
                assertThrows(
                        UnreadableModel.class, () -> ModelFolder.open(folder).component("trans"));
        assertEquals(
                folder + ": has no component trans, wanted one of vae, unet", refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../vae", "/etc", "a/b", "a\\\\b", "C:", "\\u0000", ""})
    void noComponentIsOutsideTheFolder(String name) throws IOException {
        index("{\"" + name + "\": [\"diffusers\", \"V\"]}");
        MalformedConfig refused =
                assertThrows(MalformedConfig.class, () -> ModelFolder.open(folder));
        assertTrue(refused.getMessage().contains("wanted a plain name"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{\"vae\": [\"diffusers\", \"V\"]"})
    void anIndexThatIsNone(String json) throws IOException {
        index(json);
        assertThrows(MalformedConfig.class, () -> ModelFolder.open(folder));
    }

    @Test
    void noModelAtAll() throws IOException {
        assertThrows(UnreadableModel.class, () -> ModelFolder.open(folder.resolve("nowhere")));
        UnreadableModel empty = assertThrows(UnreadableModel.class, () -> ModelFolder.open(folder));
        assertTrue(empty.getMessage().contains("neither model_index.json nor config.json"));
        Files.createDirectory(folder.resolve("snapshots"));
        UnreadableModel cache = assertThrows(UnreadableModel.class, () -> ModelFolder.open(folder));
        assertTrue(cache.getMessage().endsWith("point to the folder below its snapshots"));
    }

    @Test
    void aVariantIsUsedByTheComponentsThatHaveIt() throws IOException {
        index("{\"vae\": [\"diffusers\", \"V\"], \"unet\": [\"diffusers\", \"U\"]}");
        write("vae/diffusion_pytorch_model.safetensors", 1);
        write("unet/diffusion_pytorch_model.safetensors", 2);
        write("unet/diffusion_pytorch_model.fp16.safetensors", 3);
        ModelFolder model = ModelFolder.open(folder);
        try (Checkpoint vae = model.open("vae", "fp16", null);
                Checkpoint unet = model.open("unet", "fp16", null)) {
            assertEquals(1, vae.weights().tensor("w", 1).toFloats()[0]);
            assertEquals(3, unet.weights().tensor("w", 1).toFloats()[0]);
        }
        model.requireVariant("fp16");
        assertThrows(UnreadableModel.class, () -> model.requireVariant("bf16"));
    }

    private void write(String file, float value) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        SafetensorsWriter.write(path, Map.of("w", Tensor.of(new float[] {value}, 1)), Map.of());
    }

    private void index(String json) throws IOException {
        Files.writeString(folder.resolve("model_index.json"), json);
    }
}
