package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.splat;

import jdk.incubator.vector.FloatVector;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// A linear layer on a single row, such as the embedding of a timestep.
///
/// Every weight is used once, so storing packed panels would cost more than the product. The
/// weights of a few outputs are turned square by square and used at once. Dot products with the
/// rows of the weight as they are were a quarter faster from the cache, but added up in another
/// order than [Linear] does with more rows, so that a result would have depended on how rows are
/// split.
final class OneRow {
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
        int groups = Math.ceilDiv(n, Packing.ROWS);
        float[] sums =
                Lanes.vector(bias, groups * Packing.ROWS, 0, team.shared(), Scratch.Use.SHIFT);
        float[] row = team.shared().floats(Scratch.Use.LEFT, k);
        Lanes.copy(x.segment(), 0, row, 0, k);
        Rows weights = Rows.of(weight, k);
        team.share(
                groups,
                (long) Packing.ROWS * k,
                (from, to, scratch) -> {
                    for (int g = (int) from; g < to; g++) {
                        int real = Math.min(Packing.ROWS, n - g * Packing.ROWS);
                        add(weights, g * Packing.ROWS, real, row, k, sums, scratch);
                    }
                });
        Functions.activate(activation, sums, 0, Lanes.up(n));
        Lanes.copy(sums, 0, out.segment(), 0, n);
    }

    /// Adds to `sums`, from number `first` on, what the weights of `real` outputs give.
    private static void add(
            Rows weights,
            int first,
            int real,
            float[] row,
            int steps,
            float[] sums,
            Scratch scratch) {
        float[] squares = scratch.floats(Scratch.Use.SQUARE, Packing.ROWS * Packing.SOME);
        int pitch = Packing.pitch(weights, steps);
        float[] staged = Packing.staged(real, Packing.ROWS, steps, pitch, scratch);
        int stage = Packing.stage(pitch, steps);
        for (int k0 = 0; k0 < steps; k0 += stage) {
            int some = Math.min(stage, steps - k0);
            Packing.bring(weights, first, real, k0, some, staged, pitch, scratch);
            for (int k = 0; k < some; k += Packing.SOME) {
                int end = Math.min(Packing.SOME, some - k);
                int whole = Packing.up(end);
                Packing.transpose(staged, k, pitch, whole, squares, 0, Packing.ROWS);
                add(squares, row, k0 + k, end, sums, first);
            }
        }
    }

    /// Adds `n` rows of squares, each times a number of the row; two vectors of outputs at a time,
    /// as each of their sums waits for its last addition.
    private static void add(float[] squares, float[] row, int k, int n, float[] sums, int first) {
        int j = 0;
        for (; j <= Packing.ROWS - 2 * WIDTH; j += 2 * WIDTH) {
            FloatVector a = at(sums, first + j);
            FloatVector b = at(sums, first + j + WIDTH);
            for (int i = 0; i < n; i++) {
                FloatVector x = splat(row[k + i]);
                a = x.fma(at(squares, i * Packing.ROWS + j), a);
                b = x.fma(at(squares, i * Packing.ROWS + j + WIDTH), b);
            }
            a.intoArray(sums, first + j);
            b.intoArray(sums, first + j + WIDTH);
        }
        for (; j < Packing.ROWS; j += WIDTH) {
            FloatVector sum = at(sums, first + j);
            for (int i = 0; i < n; i++) {
                sum = splat(row[k + i]).fma(at(squares, i * Packing.ROWS + j), sum);
            }
            sum.intoArray(sums, first + j);
        }
    }
}
