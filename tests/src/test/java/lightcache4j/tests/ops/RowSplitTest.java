package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Rows computed in several calls are bit for bit those of one call, wherever they are cut: what
/// exact chunking relies on.
class RowSplitTest {
    private static final int[] THREADS = {1, 2, 5};

    /// Where cuts are made, as far as there are so many rows: single rows, and groups of no tile.
    private static final List<int[]> CUTS =
            List.of(new int[] {1}, new int[] {13, 14}, new int[] {5, 36, 37}, new int[] {12, 24});

    private static final Random RANDOM = new Random(7);

    /// An operation on rows `from` to `to` of its inputs.
    @FunctionalInterface
    private interface Part {
        void run(Ops ops, Tensor out, int from, int to);
    }

    /// @param row shape of one row of the result
    private record Split(String name, int rows, Shape row, Part part) {
        float[] run(Ops ops, int from, int to) {
            long[] dims = new long[row.rank() + 1];
            dims[0] = (long) to - from;
            System.arraycopy(row.dims(), 0, dims, 1, row.rank());
            Tensor out = Tensor.of(new float[Math.toIntExact(dims[0] * row.size())], dims);
            part.run(ops, out, from, to);
            return out.toFloats();
        }
    }

    private static Tensor normal(long... dims) {
        float[] values = new float[Math.toIntExact(Shape.of(dims).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) RANDOM.nextGaussian();
        }
        return Tensor.of(values, dims);
    }

    @TestFactory
    Stream<DynamicTest> cutRowsAreWholeRows() {
        return splits().map(s -> DynamicTest.dynamicTest(s.name(), () -> compare(s)));
    }

    private static Stream<Split> splits() {
        return Stream.of(
                        Arrays.stream(new int[] {7, 75, 700}).mapToObj(n -> linear(41, 1100, n)),
                        Stream.of(
                                linear(41, 4500, 70),
                                linear(500, 40, 33),
                                linear(500, 40, 9),
                                attention(41, 500, 64, 0)),
                        Stream.of(attention(300, 33, 40, 1), attention(41, 250, 17, 41)),
                        norms(),
                        plain(),
                        convolutions())
                .flatMap(s -> s);
    }

    private static void compare(Split split) {
        for (int threads : THREADS) {
            try (Backend backend = Backends.preferred().open(threads)) {
                float[] whole = split.run(backend.ops(), 0, split.rows());
                for (int[] cuts : CUTS) {
                    float[] pieces = new float[whole.length];
                    int from = 0;
                    int at = 0;
                    for (int i = 0; i <= cuts.length; i++) {
                        int to = i == cuts.length ? split.rows() : Math.min(cuts[i], split.rows());
                        float[] piece = split.run(backend.ops(), from, to);
                        System.arraycopy(piece, 0, pieces, at, piece.length);
                        from = to;
                        at += piece.length;
                    }
                    String note = threads + " threads, cut at " + Arrays.toString(cuts);
                    assertArrayEquals(whole, pieces, note);
                }
            }
        }
    }

    private static Split linear(int m, int k, int n) {
        Tensor x = normal(m, k);
        Tensor weight = normal(n, k);
        Tensor bias = normal(n);
        return new Split(
                "linear %dx%dx%d".formatted(m, k, n),
                m,
                Shape.of(n),
                (ops, out, a, b) ->
                        ops.linear(out, x.rows(a, b), weight, bias, Activation.GELU_TANH));
    }

    /// @param masks rows of an additive mask: 0 for none, 1 for one that all queries share
    private static Split attention(int queries, int keys, int width, int masks) {
        int heads = 3;
        long all = (long) heads * width;
        Tensor q = normal(queries, all);
        Tensor k = normal(keys, all);
        Tensor v = normal(keys, all);
        Tensor mask = masks == 0 ? null : normal(masks, keys);
        return new Split(
                "attention %d of %d, mask %d".formatted(queries, keys, masks),
                queries,
                Shape.of(all),
                (ops, out, a, b) -> {
                    Tensor part = mask == null || masks == 1 ? mask : mask.rows(a, b);
                    ops.attention(out, q.rows(a, b), k, v, heads, heads, 0.3f, false, part);
                });
    }

    private static Stream<Split> norms() {
        Tensor x = normal(61, 203);
        Tensor w = normal(203);
        Tensor video = normal(40, 3, 5, 24);
        Tensor statistics = normal(1, 8, 2);
        Tensor scale = normal(24);
        return Stream.of(
                new Split(
                        "layerNorm",
                        61,
                        Shape.of(203),
                        (ops, out, a, b) -> ops.layerNorm(out, x.rows(a, b), w, w, 1e-5f)),
                new Split(
                        "rmsNorm",
                        61,
                        Shape.of(203),
                        (ops, out, a, b) -> ops.rmsNorm(out, x.rows(a, b), w, 1e-5f)),
                new Split(
                        "groupNormalize",
                        40,
                        Shape.of(3, 5, 24),
                        (ops, out, a, b) ->
                                ops.groupNormalize(
                                        out,
                                        video.rows(a, b),
                                        statistics,
                                        scale,
                                        scale,
                                        Activation.SILU)));
    }

    private static Stream<Split> plain() {
        Tensor x = normal(61, 204);
        Tensor y = normal(61, 204);
        Tensor w = normal(204);
        Tensor cos = normal(61, 17);
        Tensor sin = normal(61, 17);
        Shape row = Shape.of(204);
        return Stream.of(
                new Split(
                        "modulate",
                        61,
                        row,
                        (ops, out, a, b) -> ops.modulate(out, x.rows(a, b), w, w)),
                new Split(
                        "gatedSum",
                        61,
                        row,
                        (ops, out, a, b) -> ops.gatedSum(out, x.rows(a, b), w, y.rows(a, b))),
                new Split(
                        "activate",
                        61,
                        row,
                        (ops, out, a, b) -> ops.activate(out, x.rows(a, b), Activation.GELU)),
                new Split(
                        "add",
                        61,
                        row,
                        (ops, out, a, b) -> ops.add(out, x.rows(a, b), y.rows(a, b))),
                new Split(
                        "rope",
                        61,
                        Shape.of(6, 34),
                        (ops, out, a, b) ->
                                ops.rope(
                                        out,
                                        x.rows(a, b).reshape(b - a, 6, 34),
                                        cos.rows(a, b),
                                        sin.rows(a, b),
                                        true)));
    }

    /// Frames with those before them as history, and rows of a frame with what surrounds them.
    private static Stream<Split> convolutions() {
        Tensor video = normal(42, 6, 7, 20);
        Tensor cube = normal(37, 20, 3, 3, 3);
        Tensor image = normal(43, 19, 20);
        Tensor square = normal(37, 20, 3, 3);
        Tensor bias = normal(37);
        return Stream.of(
                new Split(
                        "conv3d by frames",
                        40,
                        Shape.of(6, 7, 37),
                        (ops, out, a, b) ->
                                ops.conv3d(
                                        out,
                                        video.rows(a + 2L, b + 2L),
                                        video.rows(a, a + 2L),
                                        cube,
                                        bias,
                                        ConvGeometry.same(2, 1))),
                new Split(
                        "conv2d by rows",
                        41,
                        Shape.of(19, 37),
                        (ops, out, a, b) ->
                                ops.conv3d(
                                        out.reshape(1, b - a, 19, 37),
                                        image.rows(a, b + 2L).reshape(1, b - a + 2L, 19, 20),
                                        null,
                                        square,
                                        bias,
                                        new ConvGeometry(0, 1, 1, 1, 0, 0, 1, 1))));
    }
}
