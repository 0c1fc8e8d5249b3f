package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A linear layer on a single row, such as the embedding of a timestep: dot products with the rows
/// of the weight.
///
/// Every weight is used once, so packing would cost more than the product: the speed is that of
/// reading the weight.
final class OneRow {
    /// Weights of a task, about.
    private static final int TASK = 1 << 14;

    /// Outputs side by side: two chains of sums each hide the latency of a multiply-add.
    private static final int TOGETHER = 4;

    /// Numbers that are brought in at a time: they fit the first-level cache.
    private static final int STAGED = 1 << 12;

    private OneRow() {}

    static void apply(
            Team team,
            Tensor out,
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            Activation activation) {
        int k = Math.toIntExact(x.dim(1));
        int n = Math.toIntExact(out.dim(1));
        int stride = Math.max(1, (k + 2 * WIDTH - 1) / (2 * WIDTH)) * 2 * WIDTH;
        float[] shift = Lanes.vector(bias, Lanes.up(n), 0, team.shared(), Scratch.Use.SHIFT);
        float[] row = team.shared().floats(Scratch.Use.LEFT, stride);
        Lanes.copy(x.segment(), 0, row, 0, k);
        Arrays.fill(row, k, stride, 0);
        int each = Math.max(TOGETHER, TASK / Math.max(1, k) / TOGETHER * TOGETHER);
        MemorySegment bytes = weight.segment();
        int batch = Math.max(1, STAGED / stride / TOGETHER) * TOGETHER;
        team.run(
                (n + each - 1) / each,
                (task, scratch) -> {
                    float[] staged = scratch.floats(Scratch.Use.STAGED, batch * stride);
                    int end = Math.min(n, (task + 1) * each);
                    for (int j = task * each; j < end; j += batch) {
                        int real = Math.min(batch, end - j);
                        stage(bytes, weight.dtype(), j, real, k, staged, stride, scratch);
                        for (int r = 0; r < real; r += TOGETHER) {
                            dot(row, staged, r * stride, stride, shift, j + r, real - r);
                        }
                    }
                });
        Functions.activate(activation, shift, 0, Lanes.up(n));
        Lanes.copy(shift, 0, out.segment(), 0, n);
    }

    /// Brings `real` rows of the weight into the array, each filled up with zeros.
    private static void stage(
            MemorySegment weight,
            DType dtype,
            int first,
            int real,
            int k,
            float[] staged,
            int stride,
            Scratch scratch) {
        if (k == stride) {
            Lanes.widen(weight, dtype, (long) first * k, staged, 0, real * k, scratch);
            return;
        }
        for (int r = 0; r < real; r++) {
            long from = (long) (first + r) * k;
            Lanes.widen(weight, dtype, from, staged, r * stride, k, scratch);
            Arrays.fill(staged, r * stride + k, (r + 1) * stride, 0);
        }
    }

    /// Adds the products of `row` with up to four staged rows, `real` if fewer, to `sums`. What the
    /// array holds beyond the last row is multiplied too, and dropped.
    private static void dot(
            float[] row, float[] staged, int start, int stride, float[] sums, int j, int real) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        int p = start;
        for (int i = 0; i < stride; i += 2 * WIDTH) {
            FloatVector x = at(row, i);
            a0 = x.fma(at(staged, p), a0);
            a1 = x.fma(at(staged, p + stride), a1);
            a2 = x.fma(at(staged, p + 2 * stride), a2);
            a3 = x.fma(at(staged, p + 3 * stride), a3);
            x = at(row, i + WIDTH);
            b0 = x.fma(at(staged, p + WIDTH), b0);
            b1 = x.fma(at(staged, p + stride + WIDTH), b1);
            b2 = x.fma(at(staged, p + 2 * stride + WIDTH), b2);
            b3 = x.fma(at(staged, p + 3 * stride + WIDTH), b3);
            p += 2 * WIDTH;
        }
        sums[j] += Lanes.sum(a0.add(b0));
        if (real > 1) {
            sums[j + 1] += Lanes.sum(a1.add(b1));
        }
        if (real > 2) {
            sums[j + 2] += Lanes.sum(a2.add(b2));
        }
        if (real > 3) {
            sums[j + 3] += Lanes.sum(a3.add(b3));
        }
    }
}
