package lightcache4j.tests.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.text.Encoding;
import lightcache4j.model.text.Qwen2VLConfig;
import lightcache4j.model.text.Qwen2VLTextModel;
import lightcache4j.model.text.Qwen2VLTextModel.HiddenStates;
import lightcache4j.model.text.Tokenizer;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.Recorded;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.WeightMismatch;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the language tower of `Qwen2VLForConditionalGeneration` of transformers computed, on every
/// backend.
class Qwen2VLTest {
    private static final Runner SCOPED = new Scoped(Runner.PLAIN);

    private record Computed(Values penultimate, Values last, Values embeddings) {}

    private static Config config(FixtureCase c) {
        return Config.read(c.model().resolve("config.json"));
    }

    private static Map<String, Tensor> tensors(FixtureCase c) {
        return ReferenceFile.tensors(c.model().resolve("model.safetensors"));
    }

    private static Qwen2VLTextModel load(FixtureCase c, Map<String, Tensor> tensors) {
        return Qwen2VLTextModel.load(config(c), new Weights(c.name(), tensors));
    }

    static Stream<Arguments> cases() {
        return Backends.each(FixtureCase.of("qwen2_vl"));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void equalsTransformers(FixtureCase c, Backend.Provider provider) {
        Qwen2VLTextModel model = load(c, tensors(c));
        Values ids = c.input("input_ids");
        for (int b = 0; b < ids.batch(); b++) {
            Recorded recorded = new Recorded(SCOPED);
            Computed computed = compute(provider, model, c, b, recorded);
            Map<String, Values> expected = c.outputs(b);
            assertNear(c, b, "hidden_states.-2", computed.penultimate(), expected, recorded);
            assertNear(c, b, "last_hidden_state", computed.last(), expected, recorded);
            assertNear(c, b, "hidden_states.-2", computed.embeddings(), expected, recorded);
            Parity.assertSitesNear(c.toString(), expected, recorded.outputs(), Parity.COMPONENT);
        }
    }

    private static Computed compute(
            Backend.Provider provider,
            Qwen2VLTextModel model,
            FixtureCase c,
            int sample,
            Runner runner) {
        Tensor ids = c.input("input_ids").sample(sample).ids();
        Tensor mask = optional(c, "attention_mask", v -> v.sample(sample).ids());
        Tensor positions =
                optional(c, "position_ids", v -> v.permute(1, 0, 2).sample(sample).ids());
        return Backends.compute(
                provider,
                () -> {
                    HiddenStates states = model.forward(ids, mask, positions, runner);
                    Tensor alone =
                            positions == null
                                    ? model.embeddings(ids, mask, SCOPED)
                                    : states.penultimate();
                    return new Computed(
                            values(states.penultimate()), values(states.last()), values(alone));
                });
    }

    private static @Nullable Tensor optional(
            FixtureCase c, String input, java.util.function.Function<Values, Tensor> tensor) {
        return c.has(input) ? tensor.apply(c.input(input)) : null;
    }

    private static Values values(Tensor tensor) {
        return Values.of(Workspace.current().download(tensor));
    }

    private static void assertNear(
            FixtureCase c,
            int b,
            String output,
            Values actual,
            Map<String, Values> sites,
            Recorded recorded) {
        Parity.assertNear(
                "%s %s of sample %d".formatted(c, output, b),
                c.output(output).sample(b),
                actual,
                Parity.COMPONENT,
                sites,
                recorded.outputs());
    }

    @Test
    void sitesAreNamedAsTheCheckpointNamesThem() {
        Map<String, String> prefixes = new LinkedHashMap<>();
        prefixes.put("nested", "model.language_model.layers.0");
        prefixes.put("old_flat_config", "model.layers.0");
        prefixes.put("base_model", "language_model.layers.0");
        prefixes.forEach(
                (name, layer) -> {
                    FixtureCase c = FixtureCase.named("qwen2_vl/" + name);
                    Recorded recorded = new Recorded(SCOPED);
                    Qwen2VLTextModel model = load(c, tensors(c));
                    compute(Backends.preferred(), model, c, 0, recorded);
                    assertTrue(
                            recorded.outputs()
                                    .keySet()
                                    .containsAll(
                                            List.of(layer, layer + ".self_attn", layer + ".mlp")),
                            () -> layer + " is not among " + recorded.outputs().keySet());
                });
    }

    @Test
    void theLastLayerIsLeftOutWhereItIsNotAskedFor() {
        FixtureCase c = FixtureCase.named("qwen2_vl/nested");
        Qwen2VLTextModel model = load(c, tensors(c));
        Recorded recorded = new Recorded(SCOPED);
        Backends.compute(
                Backends.preferred(),
                () ->
                        values(
                                model.embeddings(
                                        c.input("input_ids").sample(0).ids(), null, recorded)));
        int layers = model.config().layers();
        String last = "model.language_model.layers." + (layers - 1);
        assertTrue(recorded.outputs().containsKey("model.language_model.layers." + (layers - 2)));
        assertTrue(
                recorded.outputs().keySet().stream().noneMatch(path -> path.startsWith(last)),
                () -> "sites are " + recorded.outputs().keySet());
    }

    /// The demo's tower, from mapped files, over a whole prompt.
    @Test
    void holdsNoMoreThanAFewLayersNeed() {
        Tokenizer tokenizer = Tokenizer.load(TokenizerTest.DEMO);
        Encoding prompt = tokenizer.encode("a red circle", 256);
        MemoryLedger ledger = new MemoryLedger();
        try (Checkpoint checkpoint =
                        Checkpoint.open(TokenizerTest.DEMO.resolveSibling("text_encoder"));
                Backend backend = Backends.preferred().open(2);
                Workspace workspace = new Workspace(backend, ledger)) {
            Qwen2VLTextModel model =
                    Qwen2VLTextModel.load(checkpoint.config(), checkpoint.weights());
            Tensor states =
                    workspace.in(() -> model.embeddings(prompt.ids(), prompt.mask(), SCOPED));
            long layer = states.byteSize();
            Pool pool = backend.heap().pool();
            assertEquals(layer, ledger.current(pool), "bytes left beside the result");
            assertTrue(
                    ledger.peak(pool) < 16 * layer,
                    () -> "peak of " + ledger.peak(pool) + " bytes, a layer is " + layer);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        FixtureCase c = FixtureCase.named("qwen2_vl/nested");
        Qwen2VLTextModel model = load(c, tensors(c));
        Tensor ids = Tensor.of(new int[] {1, 2, 3}, 3);
        Tensor mask = Tensor.of(new int[] {1, 1}, 2);
        Tensor foreign = Tensor.of(new int[] {1, 2, 100_000}, 3);
        refused("text encoder: mask is [2], wanted [3]", model, ids, mask, null);
        refused("text encoder: positions are [2], wanted [3, 3]", model, ids, null, mask);
        refused("embedding: id 100000 is outside the table", model, foreign, null, null);
    }

    private static void refused(
            String start,
            Qwen2VLTextModel model,
            Tensor ids,
            @Nullable Tensor mask,
            @Nullable Tensor positions) {
        ShapeMismatch refusal =
                assertThrows(
                        ShapeMismatch.class,
                        () ->
                                Backends.compute(
                                        Backends.preferred(),
                                        () ->
                                                values(
                                                        model.forward(ids, mask, positions, SCOPED)
                                                                .last())));
        assertTrue(refusal.getMessage().startsWith(start), refusal.getMessage());
    }

    @Test
    void missingAndLeftOverWeightsAreNamed() {
        FixtureCase c = FixtureCase.named("qwen2_vl/nested");
        Map<String, Tensor> tensors = tensors(c);
        String name = "model.language_model.layers.1.self_attn.k_proj.bias";
        Tensor taken = tensors.remove(name);
        refused(name + " is missing", c, tensors);
        tensors.put(name, taken);
        tensors.put("model.language_model.layers.9.mlp.up_proj.weight", taken);
        refused("layers.9.mlp.up_proj.weight", c, tensors);
    }

    private static void refused(String part, FixtureCase c, Map<String, Tensor> tensors) {
        WeightMismatch refusal = assertThrows(WeightMismatch.class, () -> load(c, tensors));
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hidden_size | 33 | hidden_size is 33, wanted an even number for each of 4 heads",
                "num_key_value_heads | 3 | num_key_value_heads is 3, wanted a divisor of 4",
                "hidden_act | \"cubic\" | hidden_act is cubic, wanted",
                "rope_parameters | {\"rope_type\": \"yarn\"} | rope_type is yarn, wanted default or"
                        + " mrope",
                "rope_parameters | {\"mrope_section\": [1, 2]} | mrope_section is [1, 2], wanted"
                        + " positive numbers that add up to 4",
                "layer_types | [\"linear_attention\"] | layer_types is linear_attention, wanted"
                        + " full_attention or sliding_attention",
                "num_hidden_layers | 0 | num_hidden_layers is 0, wanted a positive number",
            })
    void aWrongFieldIsNamed(String field, String value, String message) throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode original = config(FixtureCase.named("qwen2_vl/nested")).json();
        ObjectNode changed = original.required("text_config").deepCopy();
        changed.set(field, json.readTree(value));
        MalformedConfig refusal =
                assertThrows(
                        MalformedConfig.class,
                        () -> Qwen2VLConfig.of(new Config("config.json", changed)));
        assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    }

    @Test
    void absentFieldsTakeTheDefaultsOfTransformers() throws IOException {
        Qwen2VLConfig c =
                Qwen2VLConfig.of(new Config("config.json", new ObjectMapper().readTree("{}")));
        assertEquals(8192, c.dim());
        assertEquals(80, c.layers());
        assertEquals(8, c.kvHeads());
        assertEquals(1e6, c.theta());
        assertEquals(0, c.window());
    }
}
