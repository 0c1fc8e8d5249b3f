package lightcache4j.bench.cases;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Cases of norms over rows.
public final class NormCases {
    private static final double BOUND = 1e-12;

    private NormCases() {}

    /// Of a result as large as `x`.
    private static OpCase of(
            String operation, String detail, Tensor x, BiConsumer<Ops, Tensor> body) {
        double bytes = 2.0 * Float.BYTES * x.size();
        return new OpCase(operation, detail, x.shape(), BOUND, 0, bytes, body);
    }

    /// Layer norm, with weight and bias or without.
    public static OpCase layerNorm(int rows, int width, boolean affine) {
        Numbers numbers = new Numbers(rows * 31L + width);
        Tensor x = numbers.spread(3, rows, width);
        Tensor weight = affine ? numbers.weight(DType.BF16, 1, width) : null;
        Tensor bias = affine ? numbers.weight(DType.F16, 1, width) : null;
        String detail = rows + "x" + width + (affine ? " affine" : "");
        return of("layerNorm", detail, x, (ops, out) -> ops.layerNorm(out, x, weight, bias, 1e-5f));
    }

    /// Layer norm of rows whose mean is far from zero, and whose first numbers are far from all
    /// others: the worst for a variance that is not taken about the mean.
    private static OpCase layerNormOfOutliers(int width) {
        int rows = 5;
        int outliers = 16;
        Numbers numbers = new Numbers(width);
        float[] values = numbers.normal(rows, width).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += 30 * (i / width) + (i % width < outliers ? 300 : 0);
        }
        Tensor x = Tensor.of(values, rows, width);
        return of(
                "layerNorm",
                "of outliers " + rows + "x" + width,
                x,
                (ops, out) -> ops.layerNorm(out, x, null, null, 1e-5f));
    }

    /// Root mean square norm with weight.
    public static OpCase rmsNorm(int rows, int width, boolean affine) {
        Numbers numbers = new Numbers(rows * 31L + width);
        Tensor x = numbers.spread(3, rows, width);
        Tensor weight = affine ? numbers.weight(DType.F32, 1, width) : null;
        String detail = rows + "x" + width + (affine ? " affine" : "");
        return of("rmsNorm", detail, x, (ops, out) -> ops.rmsNorm(out, x, weight, 1e-6f));
    }

    /// All cases that tests compare.
    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        for (int width : new int[] {1, 2, 7, 15, 16, 17, 32, 33, 47, 192, 200}) {
            boolean affine = width % 2 == 1;
            cases.add(layerNorm(5, width + 1, affine)); // of a single number, only rounding is left
            cases.add(layerNorm(5, width + 1, !affine));
            cases.add(rmsNorm(5, width, affine));
            cases.add(rmsNorm(3, width, !affine));
        }
        cases.add(layerNorm(700, 192, true));
        cases.add(rmsNorm(700, 130, true));
        cases.add(layerNorm(0, 8, true));
        cases.add(layerNormOfOutliers(100));
        cases.add(layerNormOfOutliers(1537));
        return cases;
    }
}
