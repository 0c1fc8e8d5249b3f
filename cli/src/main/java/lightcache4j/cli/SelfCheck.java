package lightcache4j.cli;

import static lightcache4j.tensors.Arithmetic.activate;
import static lightcache4j.tensors.Arithmetic.add;
import static lightcache4j.tensors.Arithmetic.affine;
import static lightcache4j.tensors.Arithmetic.clamp;
import static lightcache4j.tensors.Arithmetic.combine;
import static lightcache4j.tensors.Arithmetic.crossfade;
import static lightcache4j.tensors.Arithmetic.gatedSum;
import static lightcache4j.tensors.Arithmetic.modulate;
import static lightcache4j.tensors.Arithmetic.multiply;
import static lightcache4j.tensors.Functional.attention;
import static lightcache4j.tensors.Functional.conv3d;
import static lightcache4j.tensors.Functional.embedding;
import static lightcache4j.tensors.Functional.groupNorm;
import static lightcache4j.tensors.Functional.layerNorm;
import static lightcache4j.tensors.Functional.linear;
import static lightcache4j.tensors.Functional.rmsNorm;
import static lightcache4j.tensors.Functional.rope;
import static lightcache4j.tensors.Functional.upsampleFramesLinear;
import static lightcache4j.tensors.Functional.upsampleNearest;
import static lightcache4j.tensors.Layout.concat;
import static lightcache4j.tensors.Layout.permute;
import static lightcache4j.tensors.Layout.slice;
import static lightcache4j.tensors.Layout.widen;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Arithmetic;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/// Runs each operation once, at small and odd sizes, and compares it with the reference.
final class SelfCheck {
    /// @param operation what ran
    /// @param passed whether its error is one that the backend may have
    /// @param finding how far off it was, or why it could not be told
    record Outcome(String operation, boolean passed, String finding) {}

    private final Random random = new Random(1);
    private final Map<String, Supplier<Tensor>> operations = new LinkedHashMap<>();

    private SelfCheck() {
        sequences();
        videos();
        pointwise();
        large();
    }

    /// What each operation gives on `backend`, against what it gives on `reference`.
    static Map<String, Outcome> run(Backend backend, Backend reference) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        new SelfCheck()
                .operations.forEach(
                        (name, body) -> {
                            float[] expected = compute(reference, body);
                            outcomes.put(name, outcome(name, expected, backend, body));
                        });
        return outcomes;
    }

    /// One that fails does not keep others from being looked at. NaN does not pass. The time of a
    /// first run is that of compiling the kernel on a GPU.
    private static Outcome outcome(
            String name, float[] expected, Backend backend, Supplier<Tensor> body) {
        long start = System.nanoTime();
        try {
            float[] actual = compute(backend, body);
            double millis = (System.nanoTime() - start) / 1e6;
            double error = error(expected, actual);
            return new Outcome(
                    name,
                    error <= backend.tolerance(),
                    "relative error %.0e, first run %.1f ms".formatted(Math.sqrt(error), millis));
        } catch (RuntimeException e) {
            String why = String.valueOf(e.getMessage()).replaceAll("\\e\\[[0-9;]*m|\\R.*", "");
            return new Outcome(name, false, e.getClass().getSimpleName() + ": " + why);
        }
    }

    private static float[] compute(Backend backend, Supplier<Tensor> body) {
        try (Workspace workspace = new Workspace(backend, new MemoryLedger())) {
            return workspace.download(workspace.in(body)).toFloats();
        }
    }

    private static double error(float[] expected, float[] actual) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            double d = (double) actual[i] - expected[i];
            error += d * d;
            norm += (double) expected[i] * expected[i];
        }
        return error / norm;
    }

    private Tensor numbers(long... dims) {
        float[] values = new float[Math.toIntExact(Shape.of(dims).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, dims);
    }

    private Tensor weight(DType dtype, long... dims) {
        Tensor wide = numbers(dims);
        if (dtype == DType.F32) {
            return wide;
        }
        float[] values = wide.toFloats();
        MemorySegment bytes = Arena.ofAuto().allocate(2L * values.length, 2);
        for (int i = 0; i < values.length; i++) {
            int bits =
                    dtype == DType.F16
                            ? Float.floatToFloat16(values[i])
                            : Float.floatToRawIntBits(values[i]) >> 16;
            bytes.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) bits);
        }
        return new Tensor(dtype, wide.shape(), new HostStorage(bytes, Pool.HOST), 0);
    }

    /// The weight of a linear layer in int8.
    private Tensor bytes(long outputs, long inputs) {
        MemorySegment bytes = Arena.ofAuto().allocate(outputs * inputs, 1);
        for (long i = 0; i < outputs * inputs; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        HostStorage storage = new HostStorage(bytes, Pool.HOST);
        Shape shape = Shape.of(outputs, inputs);
        return new Tensor(DType.I8, shape, storage, 0).scaled(numbers(outputs));
    }

    private static Tensor up(Tensor host) {
        return Workspace.current().upload(host);
    }

    private void sequences() {
        Tensor x = numbers(70, 40);
        Tensor row = numbers(1, 40);
        for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            Tensor w = weight(dtype, 67, 40);
            Tensor b = weight(dtype, 67);
            operations.put("linear " + dtype, () -> linear(up(x), w, b, Activation.GELU_TANH));
            operations.put("linear, one row, " + dtype, () -> linear(up(row), w, b));
            operations.put("widen " + dtype, () -> widen(w));
            Tensor ids = Tensor.of(new int[] {3, 0, 66}, 3);
            operations.put("embedding " + dtype, () -> embedding(w, ids));
        }
        Tensor bytes = bytes(67, 40);
        operations.put("linear I8", () -> linear(up(x), bytes, null, Activation.GELU_TANH));
        operations.put("linear, one row, I8", () -> linear(up(row), bytes, null));
        Tensor q = numbers(37, 128);
        Tensor k = numbers(53, 128);
        Tensor v = numbers(53, 128);
        operations.put("attention, heads of 64", () -> attention(up(q), up(k), up(v), 2));
        operations.put("attention, heads of 128", () -> attention(up(q), up(k), up(v), 1));
        Tensor cos = numbers(37, 32);
        Tensor sin = numbers(37, 32);
        operations.put("rope", () -> rope(up(q), 2, up(cos), up(sin), true));
        Tensor w = weight(DType.BF16, 40);
        operations.put("layer norm", () -> layerNorm(up(x), w, w, 1e-5f));
        operations.put("rms norm", () -> rmsNorm(up(x), w, 1e-6f));
    }

    private void videos() {
        Tensor x = numbers(3, 5, 7, 8);
        Tensor norm = weight(DType.F32, 8);
        operations.put(
                "group norm", () -> groupNorm(up(x), 4, norm, norm, 1e-6f, false, Activation.SILU));
        Tensor past = numbers(2, 5, 7, 8);
        for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            Tensor kernel = weight(dtype, 9, 8, 3, 3, 3);
            ConvGeometry causal = ConvGeometry.same(2, 1);
            operations.put(
                    "convolution " + dtype, () -> conv3d(up(x), up(past), kernel, null, causal));
        }
        operations.put("upsample nearest", () -> upsampleNearest(up(x), 1, 2, 2));
        operations.put("upsample frames", () -> upsampleFramesLinear(up(x)));
        operations.put("crossfade", () -> crossfade(up(x), up(affineOf(x)), 2));
        operations.put("concat", () -> concat(2, up(x), up(x)));
        operations.put("slice", () -> slice(up(x), 2, 1, 5));
        operations.put("permute", () -> permute(up(x), 3, 0, 1, 2));
    }

    /// Large enough for kernels that small products are not worth.
    private void large() {
        Tensor x = numbers(200, 512);
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
            Tensor w = weight(dtype, 1000, 512);
            operations.put("linear, large, " + dtype, () -> linear(up(x), w, null));
        }
        Tensor frames = numbers(2, 24, 24, 64);
        Tensor kernel = weight(DType.F32, 64, 64, 3, 3, 3);
        ConvGeometry causal = ConvGeometry.same(2, 1);
        operations.put("convolution, large", () -> conv3d(up(frames), null, kernel, null, causal));
        Tensor q = numbers(600, 128);
        Tensor k = numbers(700, 128);
        Tensor v = numbers(700, 128);
        operations.put("attention, large", () -> attention(up(q), up(k), up(v), 2));
    }

    private static Tensor affineOf(Tensor x) {
        float[] values = x.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 - values[i];
        }
        return Tensor.of(values, x.shape().dims());
    }

    private void pointwise() {
        Tensor a = numbers(21, 40);
        Tensor b = numbers(21, 40);
        Tensor line = numbers(40);
        operations.put("add", () -> add(up(a), up(line)));
        operations.put("multiply", () -> multiply(up(a), up(b)));
        operations.put("combine", () -> combine(0.5f, up(a), -2, up(b)));
        operations.put("affine", () -> affine(up(a), 3, -1));
        operations.put("clamp", () -> clamp(up(a), -0.5f, 1));
        operations.put("modulate", () -> modulate(up(a), up(line), up(line)));
        operations.put("gated sum", () -> gatedSum(up(a), up(line), up(b)));
        for (Activation activation : Activation.values()) {
            operations.put("activation " + activation, () -> activate(up(a), activation));
        }
        operations.put(
                "measures",
                () -> {
                    Moments m = Arithmetic.moments(up(a));
                    float sum = (float) Arithmetic.absoluteDifference(up(a), up(b));
                    float[] all = {(float) m.mean(), (float) m.variance(), sum};
                    return up(Tensor.of(all, all.length));
                });
    }
}
