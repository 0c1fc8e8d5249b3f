package lightcache4j.tests.dit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.dit.Conditioning;
import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.run.Runner;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.WeightMismatch;
import lightcache4j.weights.Weights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// What is refused, and in which words.
class TransformerLoadingTest {
    private static final FixtureCase FIXTURE =
            FixtureCase.named(TransformerCase.COMPONENT + "/default");

    /// Loads the fixture with its fields and its tensors changed.
    private static EasyAnimateTransformer3DModel load(
            Consumer<ObjectNode> fields, Consumer<Map<String, Tensor>> tensors) {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURE.model())) {
            ObjectNode json = checkpoint.config().json().deepCopy();
            fields.accept(json);
            Map<String, Tensor> all = new HashMap<>();
            Weights weights = checkpoint.weights();
            for (String name : weights.names()) {
                long[] dims = java.util.Objects.requireNonNull(weights.shape(name)).dims();
                all.put(name, weights.tensor(name, dims));
            }
            tensors.accept(all);
            return EasyAnimateTransformer3DModel.load(
                    new Config("transformer/config.json", json), new Weights("transformer", all));
        }
    }

    private static String refusal(Consumer<Map<String, Tensor>> tensors) {
        return String.valueOf(
                assertThrows(WeightMismatch.class, () -> load(json -> {}, tensors)).getMessage());
    }

    /// The hint at the end is the weights' own and tested with them.
    private static void assertStarts(String start, String message) {
        assertEquals(start, message.substring(0, Math.min(start.length(), message.length())));
        assertTrue(message.length() > start.length(), "no hint: " + message);
    }

    @Test
    void missingTensorIsNamed() {
        assertStarts(
                "transformer: transformer_blocks.1.attn1.to_add_out.weight is missing, wanted [32,"
                        + " 32]; ",
                refusal(all -> all.remove("transformer_blocks.1.attn1.to_add_out.weight")));
    }

    @Test
    void tensorLeftOverIsNamed() {
        String extra = "transformer_blocks.0.norm3.weight";
        String message = refusal(all -> all.put(extra, Tensor.of(new float[32], 32)));
        assertTrue(message.startsWith("transformer: ") && message.contains(extra), message);
    }

    @Test
    void wrongShapeIsNamed() {
        assertStarts(
                "transformer: proj.weight is [32, 5, 4] F32, wanted [32, 5, 2, 2]; ",
                refusal(all -> all.put("proj.weight", Tensor.of(new float[640], 32, 5, 4))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    activation_fn | "snake" | activation_fn is snake, wanted gelu, gelu-approximate, geglu, geglu-approximate, swiglu or linear-silu
                    activation_fn | "GELU" | activation_fn is GELU, wanted gelu, gelu-approximate, geglu, geglu-approximate, swiglu or linear-silu
                    timestep_activation_fn | "tanh" | timestep_activation_fn is tanh, wanted silu, swish, mish, gelu or relu
                    attention_head_dim | 24 | attention_head_dim is 24, wanted a multiple of 16, to be split among time, height and width
                    patch_size | 0 | patch_size is 0, wanted at least 1
                    patch_size | 61 | patch_size is 61, wanted at most 60
                    num_layers | 0 | num_layers is 0, wanted at least 1
                    in_channels | null | in_channels is missing, wanted an integer
                    norm_eps | "small" | norm_eps is "small", wanted a number
                    """)
    void fieldWithoutMeaningIsNamed(String field, String value, String message) throws Exception {
        var json = new ObjectMapper().readTree(value);
        MalformedConfig refused =
                assertThrows(
                        MalformedConfig.class, () -> load(all -> all.set(field, json), all -> {}));
        assertEquals("transformer/config.json: " + message, refused.getMessage());
    }

    @Test
    void timestepActivationIsReadInAnyCase() {
        load(json -> json.put("timestep_activation_fn", "SiLU"), all -> {});
    }

    private static String refusal(long[] latents, Conditioning conditioning) {
        EasyAnimateTransformer3DModel model = load(json -> {}, all -> {});
        try (Workspace workspace = new Workspace(new Rehearsal(Pool.HOST), new MemoryLedger())) {
            Tensor x = zeros(latents);
            return String.valueOf(
                    assertThrows(
                                    ShapeMismatch.class,
                                    () ->
                                            workspace.run(
                                                    () ->
                                                            model.forward(
                                                                    x,
                                                                    1,
                                                                    conditioning,
                                                                    Runner.PLAIN)))
                            .getMessage());
        }
    }

    private static Tensor zeros(long... dims) {
        int size = 1;
        for (long dim : dims) {
            size *= Math.toIntExact(dim);
        }
        return Tensor.of(new float[size], dims);
    }

    @Test
    void inputsThatDoNotFitAreNamed() {
        Conditioning prompt = Conditioning.of(zeros(7, 24));
        assertEquals(
                "transformer: latents are [2, 1, 4, 5], wanted [frames, rows, columns, 5] with 2 rows"
                        + " and columns or more",
                refusal(new long[] {2, 1, 4, 5}, prompt));
        assertEquals(
                "transformer: input has 9 channels (5 of latents, 4 inpaint, 0 control), wanted 5; is"
                        + " this a checkpoint for another task?",
                refusal(
                        new long[] {2, 4, 4, 5},
                        new Conditioning(zeros(7, 24), null, zeros(2, 4, 4, 4), null)));
        assertEquals(
                "transformer: control latents are [2, 4, 6, 4], wanted [2, 4, 4, 5] with any number of"
                        + " channels",
                refusal(
                        new long[] {2, 4, 4, 5},
                        new Conditioning(zeros(7, 24), null, null, zeros(2, 4, 6, 4))));
        assertEquals(
                "transformer: prompt embeddings are [7, 23], wanted [tokens, 24]; do they come from"
                        + " this model's encoder?",
                refusal(new long[] {2, 4, 4, 5}, Conditioning.of(zeros(7, 23))));
        assertEquals(
                "transformer: T5 embeddings are given, wanted none; its config has no"
                        + " text_embed_dim_t5",
                refusal(
                        new long[] {2, 4, 4, 5},
                        new Conditioning(zeros(7, 24), zeros(3, 18), null, null)));
    }
}
