package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Activation;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/// The activations. Other kernels call them: TornadoVM puts the code in place of the call.
final class ActivationKernels {
    private static final float SQRT_HALF = 0.70710677f;
    private static final float TWICE_SQRT_2_OVER_PI = 1.5957692f;

    private ActivationKernels() {}

    /// How kernels' parameters name an activation.
    static int number(Activation activation) {
        return switch (activation) {
            case NONE -> 0;
            case SILU -> 1;
            case GELU -> 2;
            case GELU_TANH -> 3;
            case QUICK_GELU -> 4;
            case RELU -> 5;
            case MISH -> 6;
        };
    }

    static float apply(int activation, float x) {
        return switch (activation) {
            case 1 -> silu(x);
            case 2 -> gelu(x);
            case 3 -> x * sigmoid(TWICE_SQRT_2_OVER_PI * x * (1f + 0.044715f * x * x));
            case 4 -> x * sigmoid(1.702f * x);
            case 5 -> x < 0f ? 0f : x;
            case 6 -> mish(x);
            default -> x;
        };
    }

    private static float sigmoid(float x) {
        return 1f / (1f + TornadoMath.exp(-x));
    }

    private static float silu(float x) {
        return x / (1f + TornadoMath.exp(-x));
    }

    /// `erf` by Abramowitz and Stegun 7.1.26, to 1.5e-7.
    private static float gelu(float x) {
        float z = TornadoMath.abs(x) * SQRT_HALF;
        float t = 1f / (1f + 0.3275911f * z);
        float p = 1.0614054f * t - 1.4531521f;
        p = p * t + 1.4214138f;
        p = p * t - 0.28449675f;
        p = (p * t + 0.2548296f) * t;
        float tail = p * TornadoMath.exp(-z * z); // 1 − erf(z)
        float both = x < 0f ? tail : 2f - tail; // 1 + erf(x / √2)
        return x * 0.5f * both;
    }

    /// With `w = eˣ`, `tanh(ln(1 + w)) = (w² + 2w) / (w² + 2w + 2)`, which is 1 from `x = 20` on.
    private static float mish(float x) {
        float w = TornadoMath.exp(x > 20f ? 20f : x);
        float r = w * (w + 2f);
        return x * (r / (r + 2f));
    }
}
