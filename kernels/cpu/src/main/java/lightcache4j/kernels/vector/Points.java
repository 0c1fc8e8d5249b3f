package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;
import static lightcache4j.kernels.vector.Lanes.splat;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/// To the six points of [Winograd] and back, for a vector of channels at a time.
///
/// The points are 0, ±¾, ±1½ and infinity (Toom and Cook's scheme): with `a = ¾`, `b = 1½`, `d` six
/// columns of the input, `g` three of the kernel, `m` the products at the points, in that order,
///
/// ```
/// input    a²b² d₀ − (a²+b²) d₂ + d₄                      weight   g₀ / a²b²
///          (d₄ − b² d₂) ± a (d₃ − b² d₁)                           (g₀ ± a g₁ + a² g₂) / 2a²(a²−b²)
///          (d₄ − a² d₂) ± b (d₃ − a² d₁)                           (g₀ ± b g₁ + b² g₂) / 2b²(b²−a²)
///          a²b² d₁ − (a²+b²) d₃ + d₅                               g₂
///
/// output   y_i = m_0 [i = 0] + aⁱ (m_a + (−1)ⁱ m_₋a) + bⁱ (m_b + (−1)ⁱ m_₋b) + m_∞ [i = 3]
/// ```
///
/// Among points that are easy to compute with, these lose least: sums of 432 products are off by
/// 1.4 times as much as when they are added up directly, where 0, ±1, ±2 and infinity come to 1.9
/// times.
final class Points {
    static final int COUNT = 6;

    /// Columns of a kernel.
    static final int TAPS = 3;

    /// Outputs of a tile.
    static final int OUTPUTS = COUNT - TAPS + 1;

    private static final float A = 0.75f;
    private static final float B = 1.5f;
    private static final float A2 = A * A;
    private static final float B2 = B * B;
    private static final float PRODUCT = A2 * B2;
    private static final float SUM = A2 + B2;
    private static final float WEIGHT_0 = 1 / PRODUCT;
    private static final float WEIGHT_A = 1 / (2 * A2 * (A2 - B2));
    private static final float WEIGHT_B = 1 / (2 * B2 * (B2 - A2));

    private Points() {}

    /// A tile's six columns, `pitch` apart, at the points: `to[start + p · apart]`, a vector each.
    static void ofInput(float[] from, int begin, int pitch, float[] to, int start, int apart) {
        FloatVector d0 = at(from, begin);
        FloatVector d1 = at(from, begin + pitch);
        FloatVector d2 = at(from, begin + 2 * pitch);
        FloatVector d3 = at(from, begin + 3 * pitch);
        FloatVector d4 = at(from, begin + 4 * pitch);
        FloatVector d5 = at(from, begin + 5 * pitch);
        FloatVector evenA = d2.fma(splat(-B2), d4);
        FloatVector oddA = d1.fma(splat(-B2), d3);
        FloatVector evenB = d2.fma(splat(-A2), d4);
        FloatVector oddB = d1.fma(splat(-A2), d3);
        d0.fma(splat(PRODUCT), d2.fma(splat(-SUM), d4)).intoArray(to, start);
        oddA.fma(splat(A), evenA).intoArray(to, start + apart);
        oddA.fma(splat(-A), evenA).intoArray(to, start + 2 * apart);
        oddB.fma(splat(B), evenB).intoArray(to, start + 3 * apart);
        oddB.fma(splat(-B), evenB).intoArray(to, start + 4 * apart);
        d1.fma(splat(PRODUCT), d3.fma(splat(-SUM), d5)).intoArray(to, start + 5 * apart);
    }

    /// Weights at the points, for a vector of outputs: of each step three taps, side by side in
    /// `taps`, `pitch` apart. Point `p` of step `k` goes to `to[start + (p · steps + k) · wide]`.
    static void ofWeights(
            MemorySegment taps,
            int begin,
            int pitch,
            int steps,
            MemorySegment to,
            long start,
            int wide) {
        long apart = (long) steps * wide;
        for (int k = 0; k < steps; k++) {
            long from = begin + (long) k * TAPS * pitch;
            FloatVector g0 = at(taps, from);
            FloatVector g1 = at(taps, from + pitch);
            FloatVector g2 = at(taps, from + 2L * pitch);
            FloatVector evenA = g2.fma(splat(A2), g0).mul(WEIGHT_A);
            FloatVector oddA = g1.mul(A * WEIGHT_A);
            FloatVector evenB = g2.fma(splat(B2), g0).mul(WEIGHT_B);
            FloatVector oddB = g1.mul(B * WEIGHT_B);
            long p = start + (long) k * wide;
            put(g0.mul(WEIGHT_0), to, p);
            put(evenA.add(oddA), to, p + apart);
            put(evenA.sub(oddA), to, p + 2 * apart);
            put(evenB.add(oddB), to, p + 3 * apart);
            put(evenB.sub(oddB), to, p + 4 * apart);
            put(g2, to, p + 5 * apart);
        }
    }

    /// The outputs of a tile, `pitch` apart in `out`, from its sums at the points, `apart` from
    /// each other, which are lost.
    ///
    /// @param real channels that there are
    /// @param count outputs that there are
    static void toOutputs(
            float[] sums,
            int begin,
            int apart,
            float[] bias,
            int bias0,
            MemorySegment out,
            long to,
            int pitch,
            int real,
            int count) {
        for (int j = 0; j < real; j += WIDTH) {
            int i = begin + j;
            FloatVector shift = at(bias, bias0 + j);
            FloatVector plus = at(sums, i + apart);
            FloatVector minus = at(sums, i + 2 * apart);
            FloatVector evenA = plus.add(minus);
            FloatVector oddA = plus.sub(minus);
            plus = at(sums, i + 3 * apart);
            minus = at(sums, i + 4 * apart);
            FloatVector evenB = plus.add(minus);
            FloatVector oddB = plus.sub(minus);
            FloatVector y0 = at(sums, i).add(evenA).add(evenB).add(shift);
            FloatVector y1 = oddA.fma(splat(A), oddB.fma(splat(B), shift));
            FloatVector y2 = evenA.fma(splat(A2), evenB.fma(splat(B2), shift));
            FloatVector last = at(sums, i + 5 * apart).add(shift);
            FloatVector y3 = oddA.fma(splat(A * A2), oddB.fma(splat(B * B2), last));
            long p = to + j;
            if (real - j >= WIDTH && count == OUTPUTS) {
                put(y0, out, p);
                put(y1, out, p + pitch);
                put(y2, out, p + 2L * pitch);
                put(y3, out, p + 3L * pitch);
                continue;
            }
            // In place of the sums, since vectors under a mask, here where it is rare, would become
            // objects.
            y0.intoArray(sums, i);
            y1.intoArray(sums, i + apart);
            y2.intoArray(sums, i + 2 * apart);
            y3.intoArray(sums, i + 3 * apart);
            for (int r = 0; r < count; r++) {
                int n = Math.min(WIDTH, real - j);
                Lanes.put(sums, i + r * apart, out, p + (long) r * pitch, n);
            }
        }
    }
}
