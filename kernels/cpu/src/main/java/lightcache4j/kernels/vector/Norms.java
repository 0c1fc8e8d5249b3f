package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;
import static lightcache4j.kernels.vector.Lanes.rest;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Norms over rows. A row is read three times, the last two from the first-level cache. Rows of a
/// few vectors are those of [NarrowNorms].
final class Norms {
    private Norms() {}

    static void layerNorm(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps) {
        int width = x.shape().length(-1);
        if (width <= NarrowNorms.WIDEST) {
            NarrowNorms.apply(team, out, x, weight, bias, eps, true);
            return;
        }
        float[] scale = Lanes.vector(weight, Lanes.up(width), 1, team.shared(), Scratch.Use.SCALE);
        float[] shift = Lanes.vector(bias, Lanes.up(width), 0, team.shared(), Scratch.Use.SHIFT);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        rows(
                team,
                x,
                row -> {
                    float mean = sum(from, row, width) / width;
                    float variance = squares(from, row, width, mean) / width;
                    float rdev = (float) (1 / Math.sqrt(variance + eps));
                    write(to, from, row, width, mean, rdev, scale, shift);
                });
    }

    static void rmsNorm(Team team, Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        int width = x.shape().length(-1);
        if (width <= NarrowNorms.WIDEST) {
            NarrowNorms.apply(team, out, x, weight, null, eps, false);
            return;
        }
        float[] scale = Lanes.vector(weight, Lanes.up(width), 1, team.shared(), Scratch.Use.SCALE);
        float[] shift = Lanes.vector(null, Lanes.up(width), 0, team.shared(), Scratch.Use.SHIFT);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        rows(
                team,
                x,
                row -> {
                    float square = squares(from, row, width, 0) / width;
                    float factor = (float) (1 / Math.sqrt(square + eps));
                    write(to, from, row, width, 0, factor, scale, shift);
                });
    }

    @FunctionalInterface
    private interface Row {
        /// @param start index of the row's first number
        void run(long start);
    }

    private static void rows(Team team, Tensor x, Row body) {
        int width = x.shape().length(-1);
        team.share(
                width == 0 ? 0 : x.shape().rows(),
                width,
                (from, to, scratch) -> {
                    for (long row = from; row < to; row++) {
                        body.run(row * width);
                    }
                });
    }

    private static float sum(MemorySegment x, long start, int n) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        int i = 0;
        for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
            a = a.add(at(x, start + i));
            b = b.add(at(x, start + i + WIDTH));
        }
        for (; i < n; i += WIDTH) {
            a = a.add(at(x, start + i, rest(i, n)));
        }
        return Lanes.sum(a.add(b));
    }

    /// `Σ (x − mean)²`.
    private static float squares(MemorySegment x, long start, int n, float mean) {
        FloatVector m = FloatVector.broadcast(FLOATS, mean);
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        int i = 0;
        for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
            FloatVector p = at(x, start + i).sub(m);
            FloatVector q = at(x, start + i + WIDTH).sub(m);
            a = p.fma(p, a);
            b = q.fma(q, b);
        }
        for (; i < n; i += WIDTH) {
            VectorMask<Float> mask = rest(i, n);
            FloatVector p = at(x, start + i, mask).lanewise(VectorOperators.SUB, m, mask);
            a = p.fma(p, a);
        }
        return Lanes.sum(a.add(b));
    }

    /// `(x − mean) · factor · scale + shift`.
    static void write(
            MemorySegment out,
            MemorySegment x,
            long start,
            int n,
            float mean,
            float factor,
            float[] scale,
            float[] shift) {
        FloatVector m = FloatVector.broadcast(FLOATS, mean);
        FloatVector f = FloatVector.broadcast(FLOATS, factor);
        int i = 0;
        for (int end = FLOATS.loopBound(n); i < end; i += WIDTH) {
            FloatVector y = at(x, start + i).sub(m).mul(f).fma(at(scale, i), at(shift, i));
            put(y, out, start + i);
        }
        if (i < n) {
            VectorMask<Float> mask = rest(i, n);
            FloatVector y = at(x, start + i, mask).sub(m).mul(f).fma(at(scale, i), at(shift, i));
            put(y, out, start + i, mask);
        }
    }
}
