package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How near the CPU's activations are to their formulas.
class ActivationTest {
    private static final int NUMBERS = 1 << 16;

    @ParameterizedTest
    @EnumSource(Activation.class)
    void isNearItsFormula(Activation activation) {
        float[] x = new float[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            x[i] = 40f * i / NUMBERS - 20;
        }
        float[] result = run(activation, x);
        for (int i = 0; i < NUMBERS; i++) {
            double expected = formula(activation, x[i]);
            double error = Math.abs(result[i] - expected);
            String what = "%s of %s is %s, not %s".formatted(activation, x[i], result[i], expected);
            assertTrue(error <= 2.5e-7 * Math.max(1, Math.abs(x[i])), what);
            if (activation != Activation.GELU && x[i] > -4) { // near 0, too, but for GELU's sum
                assertTrue(error <= 2e-6 * Math.abs(expected), what);
            }
        }
    }

    /// Far from 0 each is 0 or its argument.
    @ParameterizedTest
    @EnumSource(Activation.class)
    void holdsForTheLargestNumbers(Activation activation) {
        float[] result = run(activation, new float[] {-1e30f, -1e10f, -1000, 1000, 1e10f, 1e30f});
        for (int i = 0; i < 3 && activation != Activation.NONE; i++) {
            assertEquals(0, result[i], 1e-8);
        }
        assertEquals(1000, result[3]);
        assertEquals(1e10f, result[4]);
        assertEquals(1e30f, result[5]);
    }

    private static float[] run(Activation activation, float[] x) {
        Tensor out = Tensor.of(new float[x.length], x.length);
        try (Backend cpu = Backends.named("cpu").open(1)) {
            cpu.ops().activate(out, Tensor.of(x, x.length), activation);
        }
        return out.toFloats();
    }

    private static double formula(Activation activation, double x) {
        return switch (activation) {
            case NONE -> x;
            case SILU -> x / (1 + Math.exp(-x));
            case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
            case GELU_TANH -> {
                double u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
                yield x / (1 + Math.exp(-2 * u));
            }
            case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
            case RELU -> Math.max(x, 0);
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
        };
    }

    /// By its series, which alternates: to 1e-10 up to 4, and 1 beyond, which is as near.
    private static double erf(double z) {
        if (Math.abs(z) > 4) {
            return Math.signum(z);
        }
        double term = z;
        double sum = z;
        for (int n = 1; n < 100; n++) {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
