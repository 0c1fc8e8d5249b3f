package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

import lightcache4j.tensors.Activation;
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
    private static final int TASK = 1 << 16;

    /// Outputs side by side: two chains of sums each hide the latency of a multiply-add.
    private static final int TOGETHER = 4;

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
        int stride = (k + 2 * WIDTH - 1) / (2 * WIDTH) * 2 * WIDTH;
        float[] shift = Lanes.vector(bias, Lanes.up(n), 0, team.shared(), Scratch.Use.SHIFT);
        float[] row = team.shared().floats(Scratch.Use.LEFT, stride);
        Lanes.copy(x.segment(), 0, row, 0, k);
        Arrays.fill(row, k, stride, 0);
        int each = Math.max(TOGETHER, TASK / Math.max(1, k) / TOGETHER * TOGETHER);
        MemorySegment bytes = weight.segment();
        team.run(
                (n + each - 1) / each,
                (task, scratch) -> {
                    float[] staged = scratch.floats(Scratch.Use.STAGED, TOGETHER * stride);
                    int end = Math.min(n, (task + 1) * each);
                    for (int j = task * each; j < end; j += TOGETHER) {
                        int real = Math.min(TOGETHER, end - j);
                        for (int r = 0; r < TOGETHER; r++) {
                            long from = (long) (j + Math.min(r, real - 1)) * k;
                            Lanes.widen(
                                    bytes, weight.dtype(), from, staged, r * stride, k, scratch);
                            Arrays.fill(staged, r * stride + k, (r + 1) * stride, 0);
                        }
                        dot(row, staged, stride, shift, j, real);
                    }
                });
        Functions.activate(activation, shift, 0, Lanes.up(n));
        Lanes.copy(shift, 0, out.segment(), 0, n);
    }

    /// Adds the products of `row` with `real` of the four staged rows to `sums`.
    private static void dot(
            float[] row, float[] staged, int stride, float[] sums, int j, int real) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        for (int i = 0; i < stride; i += 2 * WIDTH) {
            FloatVector x = at(row, i);
            a0 = x.fma(at(staged, i), a0);
            a1 = x.fma(at(staged, i + stride), a1);
            a2 = x.fma(at(staged, i + 2 * stride), a2);
            a3 = x.fma(at(staged, i + 3 * stride), a3);
            x = at(row, i + WIDTH);
            b0 = x.fma(at(staged, i + WIDTH), b0);
            b1 = x.fma(at(staged, i + stride + WIDTH), b1);
            b2 = x.fma(at(staged, i + 2 * stride + WIDTH), b2);
            b3 = x.fma(at(staged, i + 3 * stride + WIDTH), b3);
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
