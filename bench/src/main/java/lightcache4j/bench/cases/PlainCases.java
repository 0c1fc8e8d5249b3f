package lightcache4j.bench.cases;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cases of operations that touch every number once.
public final class PlainCases {
    private static final double ROUNDING = 1e-13;

    private PlainCases() {}

    private static OpCase each(
            String operation,
            String detail,
            Shape shape,
            double bound,
            int streams,
            java.util.function.BiConsumer<lightcache4j.tensors.Ops, Tensor> body) {
        return new OpCase(operation, detail, shape, bound, 0, 4.0 * streams * shape.size(), body);
    }

    /// `x · (1 + scale) + shift` over rows.
    public static OpCase modulate(int rows, int width) {
        Numbers numbers = new Numbers(rows * 31L + width);
        Tensor x = numbers.normal(rows, width);
        Tensor shift = numbers.normal(width);
        Tensor scale = numbers.normal(width);
        String detail = rows + "x" + width;
        return each(
                "modulate",
                detail,
                x.shape(),
                ROUNDING,
                2,
                (ops, out) -> ops.modulate(out, x, shift, scale));
    }

    /// `x + gate · y` over rows.
    public static OpCase gatedSum(int rows, int width) {
        Numbers numbers = new Numbers(rows * 31L + width);
        Tensor x = numbers.normal(rows, width);
        Tensor y = numbers.normal(rows, width);
        Tensor gate = numbers.normal(width);
        String detail = rows + "x" + width;
        return each(
                "gatedSum",
                detail,
                x.shape(),
                ROUNDING,
                3,
                (ops, out) -> ops.gatedSum(out, x, gate, y));
    }

    /// Sum of equal shapes, or of one that repeats.
    public static OpCase add(Shape a, Shape b) {
        Tensor x = new Numbers(a.size()).normal(a.dims());
        Tensor y = new Numbers(b.size() + 1).normal(b.dims());
        String detail = a + " " + b;
        return each("add", detail, a, ROUNDING, 3, (ops, out) -> ops.add(out, x, y));
    }

    /// A copy: every number times 1.
    public static OpCase copy(int size) {
        Tensor x = new Numbers(size).normal(size);
        String detail = "copy of " + size;
        return each(
                "affine", detail, x.shape(), ROUNDING, 2, (ops, out) -> ops.affine(out, x, 1, 0));
    }

    private static OpCase multiply(Shape a, Shape b) {
        Tensor x = new Numbers(a.size()).normal(a.dims());
        Tensor y = new Numbers(b.size() + 1).normal(b.dims());
        String detail = a + " " + b;
        return each("multiply", detail, a, ROUNDING, 3, (ops, out) -> ops.multiply(out, x, y));
    }

    /// One activation over numbers that reach far into its tails.
    public static OpCase activate(int size, Activation activation) {
        Tensor x = new Numbers(size).spread(4, size);
        String detail = size + " " + activation;
        return each(
                "activate",
                detail,
                x.shape(),
                1e-12,
                2,
                (ops, out) -> ops.activate(out, x, activation));
    }

    /// Values where an activation could overflow.
    private static OpCase extremes(Activation activation) {
        float[] values = {
            0, -0f, 1e-30f, -1e-30f, 20, -20, 88, -88, 89, -89, 104, -104, 1000, -1000
        };
        Tensor x = Tensor.of(values, values.length);
        return each(
                "activate",
                "extremes " + activation,
                x.shape(),
                ROUNDING,
                2,
                (ops, out) -> ops.activate(out, x, activation));
    }

    private static void pointwise(List<OpCase> cases, int n) {
        Numbers numbers = new Numbers(n);
        Tensor a = numbers.normal(n);
        Tensor b = numbers.normal(n);
        Shape shape = a.shape();
        String detail = "" + n;
        cases.add(
                each(
                        "combine",
                        detail,
                        shape,
                        ROUNDING,
                        3,
                        (ops, out) -> ops.combine(out, 0.3f, a, -1.7f, b)));
        cases.add(
                each(
                        "affine",
                        detail,
                        shape,
                        ROUNDING,
                        2,
                        (ops, out) -> ops.affine(out, a, -2.5f, 0.75f)));
        cases.add(
                each("clamp", detail, shape, 0, 2, (ops, out) -> ops.clamp(out, a, -0.5f, 1.25f)));
    }

    private static OpCase crossfade(int axis, long... dims) {
        Numbers numbers = new Numbers(axis + Shape.of(dims).size());
        Tensor a = numbers.normal(dims);
        Tensor b = numbers.normal(dims);
        return each(
                "crossfade",
                a.shape() + " axis " + axis,
                a.shape(),
                ROUNDING,
                3,
                (ops, out) -> ops.crossfade(out, a, b, axis));
    }

    private static OpCase concat(int axis, Shape shape, long... lengths) {
        Numbers numbers = new Numbers(axis + shape.size());
        List<Tensor> parts = new ArrayList<>();
        for (long length : lengths) {
            parts.add(numbers.normal(shape.with(axis, length).dims()));
        }
        Shape out = shape.with(axis, Arrays.stream(lengths).sum());
        return each(
                "concat",
                out + " axis " + axis + " of " + Arrays.toString(lengths),
                out,
                0,
                2,
                (ops, y) -> ops.concat(y, parts, axis));
    }

    private static OpCase slice(int axis, long from, long length, long... dims) {
        Tensor x = new Numbers(axis + from).normal(dims);
        return each(
                "slice",
                x.shape() + " axis " + axis + " from " + from + " length " + length,
                x.shape().with(axis, length),
                0,
                2,
                (ops, out) -> ops.slice(out, x, axis, from));
    }

    private static OpCase permute(Shape shape, int... order) {
        Tensor x = new Numbers(shape.size()).normal(shape.dims());
        Shape out = Shape.of(Arrays.stream(order).mapToLong(shape::dim).toArray());
        return each(
                "permute",
                shape + " " + Arrays.toString(order),
                out,
                0,
                2,
                (ops, y) -> ops.permute(y, x, order));
    }

    private static OpCase widen(DType dtype, int n) {
        Tensor x = new Numbers(n).weight(dtype, 1, n);
        return each("widen", n + " " + dtype, x.shape(), 0, 2, (ops, out) -> ops.widen(out, x));
    }

    /// All cases that tests compare.
    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        for (int width : new int[] {1, 2, 7, 15, 16, 17, 32, 33, 47, 192, 200}) {
            cases.add(modulate(5, width));
            cases.add(gatedSum(5, width));
            cases.add(add(Shape.of(3, width), Shape.of(3, width)));
            cases.add(add(Shape.of(2, 3, width), Shape.of(3, width)));
            cases.add(multiply(Shape.of(4, width), Shape.of(width)));
            pointwise(cases, width);
        }
        cases.add(modulate(700, 100));
        cases.add(gatedSum(700, 100));
        cases.add(add(Shape.of(70000), Shape.of(70000)));
        cases.add(add(Shape.of(7000, 3), Shape.of(3)));
        cases.add(add(Shape.of(5), Shape.of(1).with(0, 5)));
        cases.add(multiply(Shape.of(0, 4), Shape.of(4)));
        pointwise(cases, 50000);
        pointwise(cases, 0);
        for (Activation activation : Activation.values()) {
            cases.add(activate(1, activation));
            cases.add(activate(5003, activation));
            cases.add(extremes(activation));
        }
        movements(cases);
        return cases;
    }

    private static void movements(List<OpCase> cases) {
        cases.add(crossfade(0, 4, 3, 5));
        cases.add(crossfade(1, 4, 3, 5));
        cases.add(crossfade(2, 4, 3, 5));
        cases.add(crossfade(2, 2, 50, 20, 16));
        cases.add(concat(0, Shape.of(1, 3, 5), 2, 1, 4));
        cases.add(concat(1, Shape.of(2, 1, 5), 2, 0, 4));
        cases.add(concat(2, Shape.of(20, 31, 1), 16, 3));
        cases.add(slice(0, 1, 2, 4, 3, 5));
        cases.add(slice(1, 2, 1, 4, 3, 5));
        cases.add(slice(2, 0, 5, 4, 3, 5));
        cases.add(slice(2, 1, 0, 4, 3, 5));
        cases.add(slice(2, 7, 40, 9, 100, 64));
        cases.add(permute(Shape.of(3, 4, 5, 6), 1, 2, 3, 0));
        cases.add(permute(Shape.of(4, 5, 6, 3), 3, 0, 1, 2));
        cases.add(permute(Shape.of(4, 1, 6, 3), 2, 1, 0, 3));
        cases.add(permute(Shape.of(4, 5), 0, 1));
        cases.add(permute(Shape.of(1, 1), 1, 0));
        cases.add(permute(Shape.of(0, 5), 1, 0));
        cases.add(permute(Shape.of(), new int[0]));
        cases.add(permute(Shape.of(2, 3, 2, 5, 2, 7), 0, 2, 4, 1, 3, 5));
        cases.add(permute(Shape.of(150, 140), 1, 0));
        for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            cases.add(widen(dtype, 1));
            cases.add(widen(dtype, 40001));
        }
    }
}
