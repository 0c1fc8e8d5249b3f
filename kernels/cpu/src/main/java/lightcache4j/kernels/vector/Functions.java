package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.splat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

import lightcache4j.tensors.Activation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Powers of 2 and the activations made of them, a vector at a time.
final class Functions {
    private static final float LOG2_E = 1.442695f;
    private static final float SQRT_HALF = 0.70710677f;

    /// `−2 √(2/π) log₂ e`.
    private static final float GELU_SCALE = -2.3022082f;

    /// From it down a power of 2 is 0.
    static final float LEAST = -127f;

    /// Adding it leaves an integer in the low bits of a float: 1.5 · 2²³.
    static final float ROUNDER = 12582912f;

    // 2ʳ on |r| ≤ ½, fitted for the least relative error (9.1e-8 before rounding) among the
    // polynomials of degree 5 that are 1 at 0
    static final float C1 = 0.693147f;
    static final float C2 = 0.24022242f;
    static final float C3 = 0.055507336f;
    static final float C4 = 0.009671513f;
    static final float C5 = 0.0013264726f;

    /// The bits of 127. Those of numbers from 0 up are in the same order as the numbers.
    private static final int MOST = Float.floatToRawIntBits(127f);

    /// The loops of all activations but `NONE`, for which nothing is called.
    private static final Map<Activation, MethodHandle> LOOPS =
            new EnumMap<>(
                    Map.of(
                            Activation.SILU, apart(Functions::silu),
                            Activation.GELU, apart(Functions::gelu),
                            Activation.GELU_TANH, apart(Functions::geluTanh),
                            Activation.QUICK_GELU, apart(Functions::quickGelu),
                            Activation.RELU, apart(Functions::relu),
                            Activation.MISH, apart(Functions::mish)));

    private Functions() {}

    /// Applies an activation in place.
    @FunctionalInterface
    interface Loop {
        void run(float[] a, int from, int end);
    }

    /// A loop that the compiler does not put into its caller.
    private static MethodHandle apart(Loop loop) {
        MethodType type = MethodType.methodType(void.class, float[].class, int.class, int.class);
        try {
            return MethodHandles.lookup().findVirtual(Loop.class, "run", type).bindTo(loop);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cpu: a loop is run by " + type, e);
        }
    }

    /// `2ˣ`, to a relative error of 1.7e-7 from −126 to 127. From −127 down it is 0, between the
    /// two less than 2⁻¹²⁶, from 127 up 2¹²⁷; of a NaN it is any of these or NaN.
    ///
    /// With `x = i + r` and `i` the nearest integer, it is `2ⁱ 2ʳ`. `r` is exact, `2ʳ` a
    /// polynomial, and `i` is added to its exponent's bits, which come to 0 at −127.
    static FloatVector power(FloatVector v) {
        FloatVector x = v.blend(LEAST, v.lt(LEAST));
        x = x.reinterpretAsInts().min(MOST).reinterpretAsFloats();
        FloatVector rounded = x.add(ROUNDER);
        FloatVector r = x.sub(rounded.sub(ROUNDER));
        FloatVector q = splat(C5).fma(r, splat(C4)).fma(r, splat(C3));
        q = q.fma(r, splat(C2)).fma(r, splat(C1)).fma(r, splat(1f));
        return q.reinterpretAsInts()
                .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    /// `x / (1 + 2ᵗ)`, which is NaN where `x` is.
    private static FloatVector gated(FloatVector x, FloatVector t) {
        return x.div(power(t).add(1f));
    }

    /// `x / (1 + e⁻ˣ)`.
    static FloatVector silu(FloatVector x) {
        return gated(x, x.mul(-LOG2_E));
    }

    /// `x / (1 + e^(−2u))` with `u = √(2/π) (x + 0.044715 x³)`: as `(1 + tanh u) / 2` is `1 / (1 +
    /// e^(−2u))`, no hyperbolic function is needed.
    private static FloatVector geluTanh(FloatVector x) {
        FloatVector t = x.mul(0.044715f * GELU_SCALE).fma(x, splat(GELU_SCALE)).mul(x);
        return gated(x, t);
    }

    /// `erf` by Abramowitz and Stegun 7.1.26, to 1.5e-7.
    private static FloatVector gelu(FloatVector x) {
        FloatVector z = x.abs().mul(SQRT_HALF);
        FloatVector t = splat(1f).div(z.fma(splat(0.3275911f), splat(1f)));
        FloatVector p = splat(1.0614054f).fma(t, splat(-1.4531521f));
        p = p.fma(t, splat(1.4214138f)).fma(t, splat(-0.28449675f));
        p = p.fma(t, splat(0.2548296f)).mul(t);
        FloatVector tail = p.mul(power(z.mul(z).mul(-LOG2_E))); // 1 − erf(z)
        FloatVector both = splat(2f).sub(tail).blend(tail, x.lt(0f)); // 1 + erf(x / √2)
        return x.mul(0.5f).mul(both);
    }

    /// With `w = eˣ`, `tanh(ln(1 + w)) = (w² + 2w) / (w² + 2w + 2)`, which is 1 in float32 from `x
    /// = 20` on.
    private static FloatVector mish(FloatVector x) {
        FloatVector w = power(x.blend(20f, x.compare(VectorOperators.GT, 20f)).mul(LOG2_E));
        FloatVector s = w.mul(w.add(2f));
        return x.mul(s.div(s.add(2f)));
    }

    /// Applies an activation to `n` numbers in place; the array has whole vectors of them.
    ///
    /// Each has a loop of its own, called through a method handle that is no constant: what such a
    /// call leads to, the compiler cannot put in its place. Where it put loops into their caller,
    /// it was at the end of what it inlines in some processes and left out a method that a loop
    /// calls. Vectors that are passed to a call become objects: 7 GB a clip of the demo.
    static void activate(Activation activation, float[] a, int from, int n) {
        if (activation == Activation.NONE) {
            return;
        }
        try {
            Objects.requireNonNull(LOOPS.get(activation)).invokeExact(a, from, from + n);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("cpu: loops throw nothing that is checked", e);
        }
    }

    private static void silu(float[] a, int from, int end) {
        for (int i = from; i < end; i += WIDTH) {
            silu(at(a, i)).intoArray(a, i);
        }
    }

    private static void gelu(float[] a, int from, int end) {
        for (int i = from; i < end; i += WIDTH) {
            gelu(at(a, i)).intoArray(a, i);
        }
    }

    private static void geluTanh(float[] a, int from, int end) {
        for (int i = from; i < end; i += WIDTH) {
            geluTanh(at(a, i)).intoArray(a, i);
        }
    }

    private static void quickGelu(float[] a, int from, int end) {
        for (int i = from; i < end; i += WIDTH) {
            FloatVector x = at(a, i);
            gated(x, x.mul(-1.702f * LOG2_E)).intoArray(a, i);
        }
    }

    private static void relu(float[] a, int from, int end) {
        for (int i = from; i < end; i += WIDTH) {
            at(a, i).max(0f).intoArray(a, i);
        }
    }

    private static void mish(float[] a, int from, int end) {
        for (int i = from; i < end; i += WIDTH) {
            mish(at(a, i)).intoArray(a, i);
        }
    }
}
