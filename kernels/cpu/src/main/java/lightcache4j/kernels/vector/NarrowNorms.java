package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.rest;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Norms over rows of a few vectors, such as the queries and keys of a head, sixteen rows at a
/// time.
///
/// Each row adds up to a vector, a number in each lane; the vectors of all of them, transposed, are
/// added to one that has the sum of each row in a lane. So what would be a chain of shuffles, a
/// root, and a division for each row is done once for all: 2016 rows of 32 numbers take 47 µs where
/// those of [Norms] take 92. Its sums go over all rows in one method each: with those of [Norms],
/// called row by row, it took 64.
final class NarrowNorms {
    /// Numbers of a row, at most.
    static final int WIDEST = 128;

    private static final int ROWS = Packing.ROWS;

    private final MemorySegment out;
    private final MemorySegment x;
    private final long rows;
    private final int width;
    private final float[] scale;
    private final float[] shift;
    private final float eps;
    private final boolean isCentred;

    private NarrowNorms(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps,
            boolean isCentred) {
        this.out = out.segment();
        this.x = x.segment();
        this.rows = x.size() == 0 ? 0 : x.shape().rows();
        this.width = x.shape().length(-1);
        int padded = Lanes.up(width);
        this.scale = Lanes.vector(weight, padded, 1, team.shared(), Scratch.Use.SCALE);
        this.shift = Lanes.vector(bias, padded, 0, team.shared(), Scratch.Use.SHIFT);
        this.eps = eps;
        this.isCentred = isCentred;
    }

    /// @param isCentred whether the mean is taken away: a layer norm, not an RMS norm
    static void apply(
            Team team,
            Tensor out,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps,
            boolean isCentred) {
        new NarrowNorms(team, out, x, weight, bias, eps, isCentred).run(team);
    }

    private void run(Team team) {
        team.share(
                rows,
                width,
                (from, to, scratch) -> {
                    float[] sums = scratch.floats(Scratch.Use.SQUARE, ROWS * ROWS);
                    float[] turned = scratch.floats(Scratch.Use.STAGED, ROWS * ROWS);
                    float[] means = scratch.floats(Scratch.Use.OTHER, ROWS);
                    float[] factors = scratch.floats(Scratch.Use.RUNNING, ROWS);
                    for (long row = from; row < to; row += ROWS) {
                        long start = row * width;
                        int count = (int) Math.min(ROWS, to - row);
                        Arrays.fill(means, 0, ROWS, 0);
                        if (isCentred) {
                            sums(x, start, width, count, sums);
                            total(sums, turned, means);
                            means(means, width);
                        }
                        squares(x, start, width, count, means, sums);
                        total(sums, turned, factors);
                        factors(factors, width, eps);
                        for (int r = 0; r < count; r++) {
                            long i = start + (long) r * width;
                            Norms.write(out, x, i, width, means[r], factors[r], scale, shift);
                        }
                    }
                });
    }

    /// Of each row, a vector of sums.
    private static void sums(MemorySegment x, long start, int n, int rows, float[] sums) {
        for (int r = 0; r < rows; r++) {
            long row = start + (long) r * n;
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            int i = 0;
            for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
                a = a.add(at(x, row + i));
                b = b.add(at(x, row + i + WIDTH));
            }
            for (; i < n; i += WIDTH) {
                a = a.add(at(x, row + i, rest(i, n)));
            }
            a.add(b).intoArray(sums, r * ROWS);
        }
    }

    /// Of each row, a vector of `Σ (x − mean)²`.
    private static void squares(
            MemorySegment x, long start, int n, int rows, float[] means, float[] sums) {
        for (int r = 0; r < rows; r++) {
            long row = start + (long) r * n;
            FloatVector mean = FloatVector.broadcast(FLOATS, means[r]);
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            int i = 0;
            for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
                FloatVector p = at(x, row + i).sub(mean);
                FloatVector q = at(x, row + i + WIDTH).sub(mean);
                a = p.fma(p, a);
                b = q.fma(q, b);
            }
            for (; i < n; i += WIDTH) {
                VectorMask<Float> mask = rest(i, n);
                FloatVector p = at(x, row + i, mask).lanewise(VectorOperators.SUB, mean, mask);
                a = p.fma(p, a);
            }
            a.add(b).intoArray(sums, r * ROWS);
        }
    }

    /// Adds up the lanes of each row's vector.
    private static void total(float[] sums, float[] turned, float[] totals) {
        Packing.transpose(sums, 0, ROWS, ROWS, turned, 0, ROWS);
        for (int r = 0; r < ROWS; r += WIDTH) {
            FloatVector a = at(turned, r);
            FloatVector b = at(turned, r + ROWS);
            for (int lane = 2; lane < WIDTH; lane += 2) {
                a = a.add(at(turned, r + lane * ROWS));
                b = b.add(at(turned, r + (lane + 1) * ROWS));
            }
            a.add(b).intoArray(totals, r);
        }
    }

    private static void means(float[] totals, int n) {
        for (int r = 0; r < ROWS; r += WIDTH) {
            at(totals, r).div(n).intoArray(totals, r);
        }
    }

    /// `1 / √(total / n + eps)`.
    private static void factors(float[] totals, int n, float eps) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1);
        for (int r = 0; r < ROWS; r += WIDTH) {
            FloatVector root = at(totals, r).div(n).add(eps).lanewise(VectorOperators.SQRT);
            one.div(root).intoArray(totals, r);
        }
    }
}
