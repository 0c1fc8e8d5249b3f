package lightcache4j.bench.cases;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Cases of the layers of a transformer.
public final class SequenceCases {
    private SequenceCases() {}

    /// `[M, K] · [N, K]ᵀ`, with a bias of the same type, or F16 beside I8, as bitsandbytes has it.
    public static OpCase linear(int m, int k, int n, DType dtype, Activation activation) {
        return linear(m, k, n, dtype, activation, true);
    }

    static OpCase linear(
            int m, int k, int n, DType dtype, Activation activation, boolean withBias) {
        Numbers numbers = new Numbers(m * 31L + k * 7L + n);
        Tensor x = numbers.normal(m, k);
        boolean scaled = dtype == DType.I8;
        Tensor weight = scaled ? numbers.scaledWeight(n, k) : numbers.weight(dtype, k, n, k);
        Tensor bias = withBias ? numbers.weight(scaled ? DType.F16 : dtype, 1, n) : null;
        return new OpCase(
                "linear",
                "%dx%dx%d %s %s%s"
                        .formatted(m, k, n, dtype, activation, withBias ? "" : " no bias"),
                Shape.of(m, n),
                rounding(k),
                2.0 * m * k * n,
                4.0 * m * k + 4.0 * m * n + dtype.bytes((long) k * n),
                (ops, out) -> ops.linear(out, x, weight, bias, activation));
    }

    /// Attention without mask, as video models have it.
    public static OpCase attention(int queries, int keys, int heads, int width) {
        return attention(queries, keys, heads, heads, width, false, null, "");
    }

    /// Attention to keys of which a mask, the same for all queries, hides the last quarter: what a
    /// text that was padded gives.
    public static OpCase maskedAttention(int queries, int keys, int heads, int width) {
        float[] mask = new float[keys];
        for (int i = keys - keys / 4; i < keys; i++) {
            mask[i] = Float.NEGATIVE_INFINITY;
        }
        Tensor bias = Tensor.of(mask, 1, keys);
        return attention(queries, keys, heads, heads, width, false, bias, " padded");
    }

    static OpCase attention(
            int queries,
            int keys,
            int heads,
            int kvHeads,
            int width,
            boolean causal,
            @Nullable Tensor bias,
            String note) {
        Numbers numbers = new Numbers(queries * 131L + keys * 17L + width);
        // Large queries make scores spread, so that the largest one changes from block to block.
        Tensor q = numbers.spread(2, queries, (long) heads * width);
        Tensor k = numbers.normal(keys, (long) kvHeads * width);
        Tensor v = numbers.normal(keys, (long) kvHeads * width);
        float scale = (float) (1 / Math.sqrt(width));
        return new OpCase(
                "attention",
                "L=%d S=%d heads=%d/%d d=%d%s%s"
                        .formatted(
                                queries,
                                keys,
                                heads,
                                kvHeads,
                                width,
                                causal ? " causal" : "",
                                note),
                Shape.of(queries, (long) heads * width),
                1e-11,
                4.0 * queries * keys * heads * width,
                8.0 * (queries * heads + keys * kvHeads) * width,
                (ops, out) -> ops.attention(out, q, k, v, heads, kvHeads, scale, causal, bias));
    }

    /// Rotary positions of `[L, H, d]`.
    public static OpCase rope(int tokens, int heads, int width, boolean interleaved) {
        Numbers numbers = new Numbers(tokens * 31L + width);
        Tensor x = numbers.normal(tokens, heads, width);
        Tensor cos = numbers.normal(tokens, width / 2);
        Tensor sin = numbers.normal(tokens, width / 2);
        return new OpCase(
                "rope",
                "%dx%dx%d %s".formatted(tokens, heads, width, interleaved ? "pairs" : "halves"),
                Shape.of(tokens, heads, width),
                1e-13,
                0,
                8.0 * tokens * heads * width,
                (ops, out) -> ops.rope(out, x, cos, sin, interleaved));
    }

    static OpCase embedding(int rows, int tokens, int width, DType dtype) {
        Numbers numbers = new Numbers(tokens * 31L + width);
        Tensor table = numbers.weight(dtype, 1, rows, width);
        int[] ids = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            ids[i] = numbers.below(rows);
        }
        Tensor wanted = Tensor.of(ids, tokens);
        return new OpCase(
                "embedding",
                "%d of %dx%d %s".formatted(tokens, rows, width, dtype),
                Shape.of(tokens, width),
                0,
                0,
                8.0 * tokens * width,
                (ops, out) -> ops.embedding(out, table, wanted));
    }

    /// All cases that tests compare.
    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        linears(cases);
        attentions(cases);
        for (boolean interleaved : new boolean[] {true, false}) {
            cases.add(rope(1, 1, 2, interleaved));
            cases.add(rope(3, 2, 6, interleaved));
            cases.add(rope(7, 3, 32, interleaved));
            cases.add(rope(5, 2, 40, interleaved));
            cases.add(rope(300, 6, 32, interleaved));
            cases.add(rope(33, 2, 128, interleaved));
            cases.add(rope(0, 2, 8, interleaved));
        }
        cases.add(embedding(1, 1, 1, DType.F32));
        cases.add(embedding(11, 0, 5, DType.F32));
        cases.add(embedding(11, 7, 5, DType.F16));
        cases.add(embedding(100, 300, 67, DType.BF16));
        return cases;
    }

    /// A sum of `n` products in float32 drifts like a random walk: its square error grows with `n`.
    static double rounding(long n) {
        return 1e-13 + n * 1e-15;
    }

    private static void linears(List<OpCase> cases) {
        int[] lengths = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 95, 96, 97, 130};
        for (int i = 0; i < lengths.length; i++) {
            int next = lengths[(i + 5) % lengths.length];
            int far = lengths[(i + 11) % lengths.length];
            cases.add(linear(lengths[i], next, far, DType.F32, Activation.NONE));
            cases.add(linear(far, lengths[i], next, DType.BF16, Activation.NONE, i % 2 == 0));
            cases.add(linear(1, lengths[i], far, DType.F16, Activation.SILU));
            cases.add(linear(next, far, lengths[i], DType.I8, Activation.NONE, i % 2 == 0));
            cases.add(linear(1, far, next, DType.I8, Activation.SILU, i % 2 == 1));
        }
        for (Activation activation : Activation.values()) {
            cases.add(linear(21, 40, 50, DType.F32, activation));
        }
        cases.add(linear(0, 4, 5, DType.F32, Activation.NONE));
        cases.add(linear(4, 0, 5, DType.F32, Activation.SILU));
        cases.add(linear(1, 0, 5, DType.F32, Activation.NONE));
        cases.add(linear(80, 192, 768, DType.F32, Activation.GELU_TANH));
        cases.add(linear(336, 192, 192, DType.F16, Activation.NONE));
        cases.add(linear(300, 900, 200, DType.BF16, Activation.GELU));
        cases.add(linear(300, 900, 200, DType.I8, Activation.GELU));
        cases.add(linear(2, 3000, 1300, DType.F16, Activation.NONE));
        cases.add(linear(1, 3000, 1300, DType.BF16, Activation.NONE));
        cases.add(linear(2, 3000, 1300, DType.I8, Activation.NONE));
        cases.add(linear(1, 3000, 1300, DType.I8, Activation.NONE));
        cases.add(linear(29, 4500, 53, DType.BF16, Activation.GELU)); // K in spans
        cases.add(linear(2, 2048, 4200, DType.F16, Activation.NONE)); // weights in rounds
        cases.add(linear(4200, 2048, 3, DType.F32, Activation.SILU)); // rows in stretches
    }

    private static void attentions(List<OpCase> cases) {
        int[] widths = {1, 3, 8, 17, 32, 40, 64, 80, 128};
        int[] lengths = {1, 5, 16, 33, 100};
        for (int width : widths) {
            for (int length : lengths) {
                cases.add(attention(length, 105 - length, 2, width));
            }
        }
        cases.add(attention(336, 336, 6, 32));
        cases.add(attention(300, 1000, 1, 64)); // several blocks of keys
        cases.add(attention(0, 5, 2, 8));
        cases.add(attention(5, 0, 2, 8));
        cases.add(attention(70, 70, 6, 2, 16, false, null, ""));
        cases.add(attention(70, 70, 6, 2, 16, true, null, ""));
        cases.add(attention(900, 900, 1, 1, 8, true, null, ""));
        cases.add(attention(3, 50, 2, 1, 16, true, null, ""));
        cases.add(attention(50, 3, 2, 1, 16, true, null, "")); // the first queries see nothing
        Numbers numbers = new Numbers(5);
        cases.add(attention(33, 60, 2, 2, 8, false, numbers.normal(1, 60), " bias [1, S]"));
        cases.add(attention(33, 60, 2, 2, 8, true, numbers.normal(33, 60), " bias [L, S]"));
        cases.add(
                attention(33, 460, 2, 1, 8, false, numbers.normal(2, 33, 460), " bias [H, L, S]"));
        cases.add(attention(20, 500, 2, 2, 8, false, hiding(20, 500), " hidden keys"));
        cases.add(maskedAttention(40, 300, 2, 8));
        cases.add(attention(3, 12, 2, 2, 8, false, hiding(1, 12), " all keys hidden"));
        cases.add(attention(1, 50, 2, 1, 8, true, endings(50), " hidden by head"));
        // As many queries as kernels for large tensors want.
        cases.add(attention(70, 60, 2, 2, 8, false, numbers.normal(1, 60), " bias [1, S]"));
        cases.add(attention(70, 60, 2, 2, 8, true, numbers.normal(70, 60), " bias [L, S]"));
        cases.add(
                attention(65, 150, 4, 2, 24, false, numbers.normal(4, 65, 150), " bias [H, L, S]"));
        cases.add(attention(80, 200, 2, 2, 8, false, hiding(80, 200), " hidden keys"));
        cases.add(attention(90, 20, 3, 1, 130, true, null, ""));
    }

    /// Hides a growing number of keys from each query, in the end all of them.
    private static Tensor hiding(int queries, int keys) {
        float[] values = new float[queries * keys];
        for (int i = 0; i < values.length; i++) {
            boolean hidden = i % keys < keys * (i / keys + 1) / queries;
            values[i] = hidden ? Float.NEGATIVE_INFINITY : 0;
        }
        return Tensor.of(values, queries, keys);
    }

    /// Hides the last keys from the only query, of the first head three and of the second one.
    private static Tensor endings(int keys) {
        float[] values = new float[2 * keys];
        for (int i : new int[] {keys - 3, keys - 2, keys - 1, 2 * keys - 1}) {
            values[i] = Float.NEGATIVE_INFINITY;
        }
        return Tensor.of(values, 2, 1, keys);
    }
}
