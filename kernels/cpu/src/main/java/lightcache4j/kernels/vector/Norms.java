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

/// Norms over rows. Rows of a few vectors are those of [NarrowNorms].
///
/// Mean and variance come from one pass, about a number near the mean, that of the row's first few:
/// with `d = x − near`, `Σ (x − mean)² = Σ d² − (Σ d)² / n`. That loses digits where what is taken
/// away is most of what there is, as when numbers far from all others stand first. Then the row is
/// read again, about the mean.
///
/// Reading once instead of twice took a fifth to a quarter off rows in a cache, and a twentieth off
/// 8192 rows of 1536 that come from memory. Tried on those: measuring the next row while one is
/// written, which gains another tenth in one process and loses as much in the next.
final class Norms {
    private Norms() {}

    static void layerNorm(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps) {
        apply(team, out, x, weight, bias, eps, true);
    }

    static void rmsNorm(Team team, Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        apply(team, out, x, weight, null, eps, false);
    }

    private static void apply(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps,
            boolean isCentred) {
        int width = x.shape().length(-1);
        if (width <= NarrowNorms.WIDEST) {
            NarrowNorms.apply(team, out, x, weight, bias, eps, isCentred);
            return;
        }
        float[] scale = Lanes.vector(weight, Lanes.up(width), 1, team.shared(), Scratch.Use.SCALE);
        float[] shift = Lanes.vector(bias, Lanes.up(width), 0, team.shared(), Scratch.Use.SHIFT);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        team.share(
                x.shape().rows(),
                width,
                (first, last, scratch) -> {
                    Moments moments = new Moments(width, eps, isCentred);
                    for (long row = first * width; row < last * width; row += width) {
                        moments.measure(from, row);
                        float mean = moments.mean();
                        float factor = moments.factor();
                        write(to, from, row, width, mean, factor, scale, shift);
                    }
                });
    }

    /// Of a row, `Σ d` and `Σ d²`, `d = x − near`.
    private static final class Moments {
        private final int n;
        private final float eps;
        private final boolean isCentred;
        private float near;
        private float sum;
        private float squares;

        /// @param isCentred whether the mean is taken away: a layer norm, not an RMS norm
        Moments(int n, float eps, boolean isCentred) {
            this.n = n;
            this.eps = eps;
            this.isCentred = isCentred;
        }

        float mean() {
            return isCentred ? near + sum / n : 0;
        }

        float factor() {
            float about = isCentred ? Math.max(0, squares - sum * (sum / n)) : squares;
            return (float) (1 / Math.sqrt(about / n + eps));
        }

        /// Measures the row that begins at number `row`.
        void measure(MemorySegment x, long row) {
            near = isCentred ? Lanes.sum(at(x, row)) / WIDTH : 0;
            add(x, row);
            if (isCentred && sum * (sum / n) > squares / 2) {
                near = mean();
                add(x, row);
            }
        }

        private void add(MemorySegment x, long row) {
            FloatVector o = FloatVector.broadcast(FLOATS, near);
            FloatVector s = FloatVector.zero(FLOATS);
            FloatVector t = s;
            FloatVector u = s;
            FloatVector v = s;
            int i = 0;
            for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
                FloatVector d = at(x, row + i).sub(o);
                FloatVector e = at(x, row + i + WIDTH).sub(o);
                s = s.add(d);
                t = t.add(e);
                u = d.fma(d, u);
                v = e.fma(e, v);
            }
            for (; i < n; i += WIDTH) {
                VectorMask<Float> mask = rest(i, n);
                FloatVector d = at(x, row + i, mask).lanewise(VectorOperators.SUB, o, mask);
                s = s.add(d);
                u = d.fma(d, u);
            }
            sum = Lanes.sum(s.add(t));
            squares = Lanes.sum(u.add(v));
        }
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
