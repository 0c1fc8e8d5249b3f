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
        float[] square = scratch.floats(Scratch.Use.SQUARE, Packing.ROWS * Packing.ROWS);
        int pitch = Packing.pitch(weights, steps);
        float[] staged = Packing.staged(real, steps, pitch, scratch);
        int stage = Packing.stage(pitch, steps);
        for (int k0 = 0; k0 < steps; k0 += stage) {
            int some = Math.min(stage, steps - k0);
            Packing.bring(weights, first, real, k0, some, staged, pitch, scratch);
            for (int k = 0; k < some; k += Packing.ROWS) {
                Packing.transpose(staged, k, pitch, square);
                add(square, row, k0 + k, Math.min(Packing.ROWS, some - k), sums, first);
            }
        }
    }

    private static void add(float[] square, float[] row, int k, int n, float[] sums, int first) {
        for (int j = 0; j < Packing.ROWS; j += WIDTH) {
            if (n == Packing.ROWS) {
                add(square, j, row, k, sums, first + j);
                continue;
            }
            FloatVector sum = at(sums, first + j);
            for (int i = 0; i < n; i++) {
                sum = splat(row[k + i]).fma(at(square, i * Packing.ROWS + j), sum);
            }
            sum.intoArray(sums, first + j);
        }
    }

    /// A whole square, written out: loops of so few steps cost more than the steps.
    private static void add(float[] square, int j, float[] row, int k, float[] sums, int to) {
        FloatVector sum = at(sums, to);
        sum = splat(row[k]).fma(at(square, j), sum);
        sum = splat(row[k + 1]).fma(at(square, j + Packing.ROWS), sum);
        sum = splat(row[k + 2]).fma(at(square, j + 2 * Packing.ROWS), sum);
        sum = splat(row[k + 3]).fma(at(square, j + 3 * Packing.ROWS), sum);
        sum = splat(row[k + 4]).fma(at(square, j + 4 * Packing.ROWS), sum);
        sum = splat(row[k + 5]).fma(at(square, j + 5 * Packing.ROWS), sum);
        sum = splat(row[k + 6]).fma(at(square, j + 6 * Packing.ROWS), sum);
        sum = splat(row[k + 7]).fma(at(square, j + 7 * Packing.ROWS), sum);
        sum = splat(row[k + 8]).fma(at(square, j + 8 * Packing.ROWS), sum);
        sum = splat(row[k + 9]).fma(at(square, j + 9 * Packing.ROWS), sum);
        sum = splat(row[k + 10]).fma(at(square, j + 10 * Packing.ROWS), sum);
        sum = splat(row[k + 11]).fma(at(square, j + 11 * Packing.ROWS), sum);
        sum = splat(row[k + 12]).fma(at(square, j + 12 * Packing.ROWS), sum);
        sum = splat(row[k + 13]).fma(at(square, j + 13 * Packing.ROWS), sum);
        sum = splat(row[k + 14]).fma(at(square, j + 14 * Packing.ROWS), sum);
        sum = splat(row[k + 15]).fma(at(square, j + 15 * Packing.ROWS), sum);
        sum.intoArray(sums, to);
    }
}
