package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.splat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

import java.lang.foreign.MemorySegment;

/// The online softmax of [Attention], on scores to the base 2 that are held key by key, with
/// queries side by side in lanes.
///
/// Vectors are passed in arrays, and their methods called directly: what the compiler does not
/// inline turns vectors in arguments into objects, and it inlines only so much unasked.
final class Softmax {
    /// What [#powers] computes with: all that [Functions#power] does.
    ///
    /// In an array, because C2 spreads what it knows to be constant over a register from memory in
    /// every turn of a loop; what was read before the loop stays in one. On a core that loads one
    /// vector of 16 in a cycle that made the loop 1.7 times as fast, and attention 3 %.
    private static final float[] POWER_OF_2 = {
        Functions.LEAST,
        Functions.ROUNDER,
        1f,
        Functions.C1,
        Functions.C2,
        Functions.C3,
        Functions.C4,
        Functions.C5
    };

    private Softmax() {}

    // Vectors are loaded here without a method of ours between: what the compiler takes for rare it
    // does not inline, and vectors that a call returns are objects.

    /// Turns scores into powers of 2 below the largest so far, and brings maxima, sums and mixed
    /// values up to date.
    ///
    /// @param scores `n` rows of `wide`, one for each key; a query is a column
    /// @param running maxima of all `rows` queries, their sums, and room for three vectors
    /// @param row the query of the first column
    /// @param mixed panels of values, a row of each for every query
    static void update(
            float[] scores,
            int n,
            int wide,
            float[] running,
            int row,
            float[] mixed,
            int rows,
            Panels values) {
        int base = 2 * rows;
        int faded = base + WIDTH;
        for (int j = 0; j < wide; j += WIDTH) {
            int max = row + j;
            FloatVector.fromArray(FLOATS, running, max).intoArray(running, faded);
            max(scores, j, n, wide, running, max, base);
            powers(running, faded, 1, wide, running, base, base + 2 * WIDTH);
            FloatVector factors = FloatVector.fromArray(FLOATS, running, faded);
            FloatVector sums = FloatVector.fromArray(FLOATS, running, rows + max);
            sums.mul(factors).intoArray(running, rows + max);
            boolean fade = factors.lt(1f).anyTrue();
            powers(scores, j, n, wide, running, base, rows + max);
            if (fade) {
                for (int p = 0; p < values.count(); p++) {
                    int width = values.width(p);
                    int start = rows * values.start(p) + max * width;
                    fade(mixed, start, width, running, faded);
                }
            }
        }
    }

    /// Replaces each query's maximum by what it is after more scores, and writes what powers are
    /// taken below: the maximum, or 0 where no key was seen. Four chains hide the latency of
    /// comparing.
    private static void max(
            float[] a, int from, int n, int wide, float[] running, int max, int base) {
        FloatVector m0 = FloatVector.fromArray(FLOATS, running, max);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        int p = from;
        for (int k = 0; k < n; k += 4) {
            int q = k + 1 < n ? p + wide : p;
            int r = k + 2 < n ? p + 2 * wide : p;
            int s = k + 3 < n ? p + 3 * wide : p;
            FloatVector x0 = FloatVector.fromArray(FLOATS, a, p);
            FloatVector x1 = FloatVector.fromArray(FLOATS, a, q);
            FloatVector x2 = FloatVector.fromArray(FLOATS, a, r);
            FloatVector x3 = FloatVector.fromArray(FLOATS, a, s);
            m0 = m0.blend(x0, x0.compare(VectorOperators.GT, m0));
            m1 = m1.blend(x1, x1.compare(VectorOperators.GT, m1));
            m2 = m2.blend(x2, x2.compare(VectorOperators.GT, m2));
            m3 = m3.blend(x3, x3.compare(VectorOperators.GT, m3));
            p += 4 * wide;
        }
        m0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
        m2 = m2.blend(m3, m3.compare(VectorOperators.GT, m2));
        m0 = m0.blend(m2, m2.compare(VectorOperators.GT, m0));
        m0.intoArray(running, max);
        m0.blend(0f, m0.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY))
                .intoArray(running, base);
    }

    /// Replaces `n` vectors `x`, `wide` apart, by `2^(x − base)` and adds them to a sum.
    ///
    /// As in [Functions#power], but for `x ≤ 0` alone and with constants that stay in registers: to
    /// a relative error of 1.7e-7; from −127 down it is 0, for 0 it is 1, and the NaN of arithmetic
    /// stays NaN.
    private static void powers(
            float[] a, int from, int n, int wide, float[] running, int base, int to) {
        FloatVector below = FloatVector.fromArray(FLOATS, running, base);
        FloatVector sum = FloatVector.fromArray(FLOATS, running, to);
        FloatVector least = FloatVector.broadcast(FLOATS, POWER_OF_2[0]);
        FloatVector rounder = FloatVector.broadcast(FLOATS, POWER_OF_2[1]);
        FloatVector one = FloatVector.broadcast(FLOATS, POWER_OF_2[2]);
        FloatVector c1 = FloatVector.broadcast(FLOATS, POWER_OF_2[3]);
        FloatVector c2 = FloatVector.broadcast(FLOATS, POWER_OF_2[4]);
        FloatVector c3 = FloatVector.broadcast(FLOATS, POWER_OF_2[5]);
        FloatVector c4 = FloatVector.broadcast(FLOATS, POWER_OF_2[6]);
        FloatVector c5 = FloatVector.broadcast(FLOATS, POWER_OF_2[7]);
        int p = from;
        for (int k = 0; k < n; k++) {
            FloatVector x = FloatVector.fromArray(FLOATS, a, p).sub(below);
            x = x.blend(least, x.compare(VectorOperators.LT, least));
            FloatVector rounded = x.add(rounder);
            FloatVector r = x.sub(rounded.sub(rounder));
            FloatVector q = c5.fma(r, c4).fma(r, c3).fma(r, c2).fma(r, c1).fma(r, one);
            FloatVector e =
                    q.reinterpretAsInts()
                            .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                            .reinterpretAsFloats();
            e.intoArray(a, p);
            sum = sum.add(e);
            p += wide;
        }
        sum.intoArray(running, to);
    }

    /// Multiplies each query's mixed values by its factor.
    private static void fade(float[] mixed, int start, int stride, float[] factors, int at) {
        for (int r = 0; r < WIDTH; r++) {
            float factor = factors[at + r];
            if (factor != 1) {
                int p = start + r * stride;
                for (int c = p; c < p + stride; c += WIDTH) {
                    FloatVector.fromArray(FLOATS, mixed, c).mul(factor).intoArray(mixed, c);
                }
            }
        }
    }

    /// Sets all scores of each key to `factor` times one number.
    static void begin(
            float[] scores, int n, int wide, MemorySegment bias, long from, float factor) {
        for (int k = 0; k < n; k++) {
            FloatVector b = splat(Lanes.get(bias, from + k) * factor);
            for (int j = 0; j < wide; j += WIDTH) {
                b.intoArray(scores, k * wide + j);
            }
        }
    }

    /// Sets the first `hidden` of `wide` scores to −∞.
    static void hide(float[] scores, int start, int wide, int hidden) {
        for (int j = 0; j < Math.min(wide, hidden); j += WIDTH) {
            FloatVector x = at(scores, start + j);
            x.blend(Float.NEGATIVE_INFINITY, Lanes.rest(j, hidden)).intoArray(scores, start + j);
        }
    }
}
