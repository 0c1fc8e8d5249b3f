package lightcache4j.kernels.reference;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;

/// Operations on single elements. Element `i` of a tensor that repeats is element `i mod size`.
final class Pointwise {
    private static final double SQRT_2 = Math.sqrt(2);
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

    private Pointwise() {}

    @FunctionalInterface
    interface Unary {
        double apply(double a);
    }

    @FunctionalInterface
    interface Binary {
        double apply(double a, double b);
    }

    static void each(Tensor out, Tensor a, Unary f) {
        Elements y = Elements.of(out);
        Elements x = Elements.of(a);
        for (long i = 0; i < out.size(); i++) {
            y.set(i, f.apply(x.get(i)));
        }
    }

    static void each(Tensor out, Tensor a, Tensor b, Binary f) {
        Elements z = Elements.of(out);
        Elements x = Elements.of(a);
        Elements y = Elements.of(b);
        for (long i = 0; i < out.size(); i++) {
            z.set(i, f.apply(x.get(i), y.get(i % b.size())));
        }
    }

    static void modulate(Tensor out, Tensor x, Tensor shift, Tensor scale) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        Elements add = Elements.of(shift);
        Elements times = Elements.of(scale);
        for (long i = 0; i < out.size(); i++) {
            long column = i % shift.size();
            y.set(i, a.get(i) * (1.0 + times.get(column)) + add.get(column));
        }
    }

    static void gatedSum(Tensor out, Tensor x, Tensor gate, Tensor y) {
        Elements z = Elements.of(out);
        Elements a = Elements.of(x);
        Elements g = Elements.of(gate);
        Elements b = Elements.of(y);
        for (long i = 0; i < out.size(); i++) {
            z.set(i, a.get(i) + (double) g.get(i % gate.size()) * b.get(i));
        }
    }

    static void crossfade(Tensor out, Tensor a, Tensor b, int axis) {
        Elements y = Elements.of(out);
        Elements from = Elements.of(a);
        Elements to = Elements.of(b);
        long inner = a.shape().product(axis + 1, a.shape().rank());
        long n = a.dim(axis);
        for (long i = 0; i < out.size(); i++) {
            double share = (double) (i / inner % n) / n;
            y.set(i, from.get(i) * (1 - share) + to.get(i) * share);
        }
    }

    static double activate(double x, Activation activation) {
        return switch (activation) {
            case NONE -> x;
            case SILU -> x * sigmoid(x);
            case GELU -> x * (1 + erf(x / SQRT_2)) / 2;
            case GELU_TANH -> x / 2 * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
            case QUICK_GELU -> x * sigmoid(1.702 * x);
            case RELU -> Math.max(x, 0);
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// The error function by its series of positive terms, `2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) /
    /// (2n+1)!!` (Abramowitz and Stegun 7.1.6), accurate to a few units in the last place of a
    /// double.
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x); // 1 − erf(6) is below 2⁻⁵³
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
    }
}
