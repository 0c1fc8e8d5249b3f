package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Map.entry;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.ReferenceFile;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// Every backend, the reference among them, against what PyTorch computed in double precision
/// (`tests/fixtures/ops.py`).
class OpsAgainstTorchTest {
    /// The reference rounds once, others after each step.
    private static final double BOUND = 1e-12;

    private static final Map<String, Map<String, Tensor>> FIXTURES = fixtures();

    /// What each case of the fixture is, as operations from its operands into its result.
    private static final Map<String, Body> BODIES = bodies();

    @FunctionalInterface
    private interface Body {
        void run(Ops ops, Map<String, Tensor> given, Tensor out);
    }

    private static Map<String, Map<String, Tensor>> fixtures() {
        Map<String, Map<String, Tensor>> cases = new HashMap<>();
        ReferenceFile.tensors(FixtureCase.folder().resolve("ops").resolve("ops.safetensors"))
                .forEach(
                        (name, tensor) -> {
                            String[] parts = name.split("\\.");
                            cases.computeIfAbsent(parts[0], _ -> new HashMap<>())
                                    .put(parts[1], tensor);
                        });
        return cases;
    }

    private static Tensor need(Map<String, Tensor> given, String operand) {
        Tensor tensor = given.get(operand);
        if (tensor == null) {
            throw new IllegalArgumentException("the fixture has no operand " + operand);
        }
        return tensor;
    }

    private static Body activate(Activation activation) {
        return (ops, t, out) -> ops.activate(out, need(t, "x"), activation);
    }

    private static Body linear() {
        return linear(t -> need(t, "weight"));
    }

    private static Body linear(Function<Map<String, Tensor>, Tensor> weight) {
        return (ops, t, out) ->
                ops.linear(out, need(t, "x"), weight.apply(t), need(t, "bias"), Activation.SILU);
    }

    private static Body attention(int heads, int kvHeads, boolean causal) {
        return (ops, t, out) -> {
            Tensor q = need(t, "q");
            float scale = (float) (1 / Math.sqrt((double) q.dim(1) / heads));
            ops.attention(
                    out,
                    q,
                    need(t, "k"),
                    need(t, "v"),
                    heads,
                    kvHeads,
                    scale,
                    causal,
                    t.get("bias"));
        };
    }

    private static Body rope(boolean interleaved) {
        return (ops, t, out) ->
                ops.rope(out, need(t, "x"), need(t, "cos"), need(t, "sin"), interleaved);
    }

    private static Body groupNorm(int pieces) {
        return (ops, t, out) -> {
            Tensor x = need(t, "x");
            Tensor statistics = Tensor.of(new float[pieces * 8], pieces, 4, 2);
            ops.groupStatistics(statistics, x, 4, 1e-6f);
            ops.groupNormalize(
                    out, x, statistics, need(t, "weight"), need(t, "bias"), Activation.SILU);
        };
    }

    private static Body conv(ConvGeometry geometry) {
        return (ops, t, out) ->
                ops.conv3d(
                        out,
                        need(t, "x"),
                        t.get("history"),
                        need(t, "weight"),
                        need(t, "bias"),
                        geometry);
    }

    private static Map<String, Body> bodies() {
        return Map.ofEntries(
                entry("activate_silu", activate(Activation.SILU)),
                entry("activate_gelu", activate(Activation.GELU)),
                entry("activate_gelu_tanh", activate(Activation.GELU_TANH)),
                entry("activate_quick_gelu", activate(Activation.QUICK_GELU)),
                entry("activate_relu", activate(Activation.RELU)),
                entry("activate_mish", activate(Activation.MISH)),
                entry("linear_float32", linear()),
                entry("linear_float16", linear()),
                entry("linear_bfloat16", linear()),
                entry("linear_int8", linear(t -> need(t, "weight").scaled(need(t, "scb")))),
                entry("attention_plain", attention(3, 3, false)),
                entry("attention_grouped_causal", attention(6, 2, true)),
                entry("attention_causal_more_keys", attention(2, 2, true)),
                entry("attention_bias", attention(2, 1, false)),
                entry("attention_hidden", attention(2, 2, false)),
                entry("rope_pairs", rope(true)),
                entry("rope_halves", rope(false)),
                entry(
                        "embedding",
                        (ops, t, out) -> ops.embedding(out, need(t, "table"), need(t, "ids"))),
                entry(
                        "layer_norm",
                        (ops, t, out) ->
                                ops.layerNorm(
                                        out, need(t, "x"), t.get("weight"), t.get("bias"), 1e-5f)),
                entry(
                        "rms_norm",
                        (ops, t, out) -> ops.rmsNorm(out, need(t, "x"), t.get("weight"), 1e-6f)),
                entry("group_norm", groupNorm(1)),
                entry("group_norm_per_frame", groupNorm(3)),
                entry("conv_causal_first_repeated", conv(ConvGeometry.same(2, 1))),
                entry("conv_causal_history", conv(ConvGeometry.same(2, 1))),
                entry("conv_strided", conv(new ConvGeometry(2, 2, 2, 2, 0, 1, 0, 1))),
                entry("conv_patches", conv(ConvGeometry.patches(2))),
                entry(
                        "upsample_nearest",
                        (ops, t, out) -> ops.upsampleNearest(out, need(t, "x"), 2, 3, 2)),
                entry(
                        "upsample_frames",
                        (ops, t, out) -> ops.upsampleFramesLinear(out, need(t, "x"))),
                entry(
                        "permute",
                        (ops, t, out) -> ops.permute(out, need(t, "x"), new int[] {2, 0, 3, 1})),
                entry("moments", OpsAgainstTorchTest::moments));
    }

    private static void moments(Ops ops, Map<String, Tensor> given, Tensor out) {
        Moments m = ops.moments(need(given, "x"));
        float[] values = {
            (float) m.mean(),
            (float) m.variance(),
            (float) m.meanAbsolute(),
            (float) m.sampleDeviation()
        };
        ops.widen(out, Tensor.of(values, 4));
    }

    @Test
    void everyCaseOfTheFixtureIsTried() {
        assertEquals(new TreeSet<>(FIXTURES.keySet()), new TreeSet<>(BODIES.keySet()));
    }

    @TestFactory
    Stream<DynamicTest> givesWhatTorchGives() {
        return Backends.all().stream().flatMap(OpsAgainstTorchTest::tests);
    }

    private static Stream<DynamicTest> tests(Backend.Provider provider) {
        return BODIES.entrySet().stream()
                .map(
                        body ->
                                DynamicTest.dynamicTest(
                                        provider.name() + " " + body.getKey(),
                                        () -> compare(provider, body.getKey(), body.getValue())));
    }

    private static void compare(Backend.Provider provider, String name, Body body) {
        Map<String, Tensor> given = FIXTURES.getOrDefault(name, Map.of());
        Tensor expected = need(given, "out");
        try (Backend backend = provider.open(2)) {
            float[] nan = new float[(int) expected.size()];
            java.util.Arrays.fill(nan, Float.NaN);
            Tensor out = Tensor.of(nan, expected.shape().dims());
            body.run(backend.ops(), given, out);
            assertArrayEquals(expected.shape().dims(), out.shape().dims());
            double error = OpCase.error(expected.toFloats(), out.toFloats());
            assertTrue(error <= BOUND, () -> "off by " + error + ", bound " + BOUND);
        }
    }
}
