package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Functional;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What fills a part of a tensor, or works in place, gives the numbers of what makes a tensor of
/// its own, and touches nothing beside them.
class InPlaceTest {
    private static final int BEFORE = 3;
    private static final int ROWS = 37;
    private static final int AFTER = 5;

    private static Stream<Arguments> widths(int... widths) {
        return Backends.all().stream()
                .flatMap(b -> IntStream.of(widths).mapToObj(width -> Arguments.of(b, width)));
    }

    static Stream<Arguments> norms() {
        return widths(1, 16, 33, 128, 192, 1100);
    }

    static Stream<Arguments> heads() {
        return widths(2, 8, 34, 64);
    }

    private static Tensor normal(long... dims) {
        Random random = new Random(5);
        int size = 1;
        for (long dim : dims) {
            size *= (int) dim;
        }
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Tensor.of(numbers, dims);
    }

    /// The rows in the middle through `fresh`, and through `inPlace` where they are.
    private static void compare(
            Backend.Provider provider,
            int width,
            UnaryOperator<Tensor> fresh,
            Consumer<Tensor> inPlace) {
        Tensor all = normal(BEFORE + ROWS + AFTER, width);
        float[] expected = all.toFloats();
        float[] made =
                Backends.compute(
                        provider,
                        () -> {
                            Tensor x = Workspace.current().upload(all);
                            Tensor y = fresh.apply(x.rows(BEFORE, BEFORE + ROWS));
                            return Workspace.current().download(y).toFloats();
                        });
        System.arraycopy(made, 0, expected, BEFORE * width, made.length);
        float[] changed =
                Backends.compute(
                        provider,
                        () -> {
                            Tensor x = Workspace.current().upload(all);
                            inPlace.accept(x.rows(BEFORE, BEFORE + ROWS));
                            return Workspace.current().download(x).toFloats();
                        });
        assertArrayEquals(expected, changed);
    }

    @ParameterizedTest
    @MethodSource("norms")
    void layerNorm(Backend.Provider provider, int width) {
        Tensor weight = normal(width);
        compare(
                provider,
                width,
                x -> Functional.layerNorm(x, weight, null, 1e-6f),
                x -> Functional.layerNormInto(x, x, weight, null, 1e-6f));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void rope(Backend.Provider provider, int head) {
        for (boolean interleaved : new boolean[] {true, false}) {
            compare(
                    provider,
                    3 * head,
                    x -> Functional.rope(x, 3, angles(head), angles(head), interleaved),
                    x -> Functional.ropeInto(x, x, 3, angles(head), angles(head), interleaved));
        }
    }

    private static Tensor angles(int head) {
        return Workspace.current().upload(normal(ROWS, head / 2));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void linear(Backend.Provider provider, int width) {
        Tensor weight = normal(width, 40);
        compare(
                provider,
                width,
                _ -> Functional.linear(inputs(), weight, null),
                x -> Functional.linearInto(x, inputs(), weight, null, Activation.NONE));
    }

    private static Tensor inputs() {
        return Workspace.current().upload(normal(ROWS, 40));
    }
}
