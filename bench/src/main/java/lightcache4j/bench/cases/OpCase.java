package lightcache4j.bench.cases;

import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.util.Arrays;
import java.util.function.BiConsumer;

/// One operation on given inputs.
///
/// @param operation which operation of [Ops]
/// @param detail sizes and options, for names of tests
/// @param shape shape of the result
/// @param bound the largest normalised mean square error of a float32 implementation, see [#error]
/// @param work floating-point operations, an addition and a multiplication counted apart; 0 where
///   only memory matters
/// @param bytes bytes that must be read and written once
/// @param body fills a result with the operations of a backend
public record OpCase(
        String operation,
        String detail,
        Shape shape,
        double bound,
        double work,
        double bytes,
        BiConsumer<Ops, Tensor> body) {

    /// The result of a backend, into memory that held NaN, so that what is left out shows.
    public Tensor run(Ops ops) {
        Tensor out = result();
        body.accept(ops, out);
        return out;
    }

    /// Memory for the result, full of NaN.
    public Tensor result() {
        float[] nan = new float[Math.toIntExact(shape.size())];
        Arrays.fill(nan, Float.NaN);
        return Tensor.of(nan, shape.dims());
    }

    /// `Σ (actual − expected)² / Σ expected²`: 1e-12 is an error of a millionth of the typical
    /// value. If `expected` is all zeros, whether `actual` is not; NaN if only one of the two has a
    /// NaN.
    public static double error(float[] expected, float[] actual) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.isNaN(expected[i]) && Float.isNaN(actual[i])) {
                continue;
            }
            double d = (double) actual[i] - expected[i];
            error += d * d;
            norm += (double) expected[i] * expected[i];
        }
        return norm == 0 ? error == 0 ? 0 : 1 : error / norm;
    }

    @Override
    public String toString() {
        return operation + " " + detail;
    }
}
