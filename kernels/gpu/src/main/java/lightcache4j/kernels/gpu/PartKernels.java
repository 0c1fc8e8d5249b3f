package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Takes the numbers of a product apart into the bfloat16 that [TensorKernels] multiplies, and
/// brings them into the order in which it reads them.
final class PartKernels {
    private PartKernels() {}

    /// The bits of a float32 rounded to bfloat16.
    private static long bits(float x) {
        return BFloat16.bf16FromFloat(x) & 0xffffL;
    }

    /// What is left of a float32 when its bfloat16 is taken away; exact.
    private static float rest(float x) {
        return x - BFloat16.bf16ToFloat(BFloat16.bf16FromFloat(x));
    }

    /// Four numbers as bfloat16, the first in the lowest bits.
    private static long pack(float a, float b, float c, float d) {
        return bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
    }

    /// Writes the parts of four numbers, each part `apart` from the one before.
    static void put(
            LongArray halves, int at, int apart, int parts, float a, float b, float c, float d) {
        float a0 = a;
        float b0 = b;
        float c0 = c;
        float d0 = d;
        for (int part = 0; part < parts; part++) {
            halves.set(at + part * apart, pack(a0, b0, c0, d0));
            a0 = rest(a0);
            b0 = rest(b0);
            c0 = rest(c0);
            d0 = rest(d0);
        }
    }

    /// Parts the left matrix: `left[part, row, column]`, four columns a `long`, rows filled up with
    /// zeros to a multiple of 16 columns. Rows from `rows` on are history's. Parameters: count of
    /// `long`s of a part, left, x, columns, `long`s of a row, parts, rows, history, rows of a batch
    /// (a head), numbers from row to row and from batch to batch of x.
    static void left(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int row = i / p.get(4);
            int column = i % p.get(4) * 4;
            int columns = p.get(3);
            int batch = row / p.get(8);
            int at = p.get(2) + batch * p.get(10) + row % p.get(8) * p.get(9) + column;
            if (row >= p.get(6)) {
                at = p.get(7) + (row - p.get(6)) * columns + column;
            }
            float x0 = column < columns ? memory.get(at) : 0f;
            float x1 = column + 1 < columns ? memory.get(at + 1) : 0f;
            float x2 = column + 2 < columns ? memory.get(at + 2) : 0f;
            float x3 = column + 3 < columns ? memory.get(at + 3) : 0f;
            put(halves, p.get(1) + i, p.get(0), p.get(5), x0, x1, x2, x3);
        }
    }

    /// Parts the right matrix: `right[part, batch, step, column / 8, k, column % 8]`, four columns
    /// a `long`, where `step` has 16 `k` of one tap; columns are filled up with zeros to a multiple
    /// of the tile. Parameters: count of `long`s of a part, right, weight's table and start,
    /// columns, inputs of a tap, steps of a tap, parts, eights of columns, `long`s of a batch (a
    /// head), numbers from batch to batch, from column to column and from `k` to `k` of the weight.
    static void right(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            int eights = i % p.get(9) / (2 * TensorKernels.DEPTH);
            int step = eights / p.get(8);
            int column = eights % p.get(8) * TensorKernels.COLUMNS + (i & 1) * 4;
            int tap = step / p.get(6);
            int k = step % p.get(6) * TensorKernels.DEPTH + i / 2 % TensorKernels.DEPTH;
            int row = p.get(11);
            int at = i / p.get(9) * p.get(10) + column * row + (tap * p.get(5) + k) * p.get(12);
            boolean there = k < p.get(5);
            float w0 = weight(memory, halves, p, at, there && column < p.get(4));
            float w1 = weight(memory, halves, p, at + row, there && column + 1 < p.get(4));
            float w2 = weight(memory, halves, p, at + 2 * row, there && column + 2 < p.get(4));
            float w3 = weight(memory, halves, p, at + 3 * row, there && column + 3 < p.get(4));
            put(halves, p.get(1) + i, p.get(0), p.get(7), w0, w1, w2, w3);
        }
    }

    private static float weight(
            FloatArray memory, LongArray halves, IntArray p, int at, boolean there) {
        float w = 0f;
        if (there) {
            w = WeightKernels.at(memory, halves, p.get(2), p.get(3), at);
        }
        return w;
    }
}
