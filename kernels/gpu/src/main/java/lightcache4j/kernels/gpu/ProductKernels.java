package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// `activation(x Wᵀ + bias)`: linear layers, and convolutions as products whose left matrix is
/// never built. Its row is a position, its column a tap of the kernel and an input channel, and it
/// is read from where that tap falls.
final class ProductKernels {
    /// Rows and columns of the tile of a work group.
    static final int TILE = 64;

    /// Work items of a group, 16 by 16 of them, each with 4 by 4 results.
    static final int ITEMS = 256;

    /// Steps of the sum that are in local memory at a time.
    static final int DEPTH = 16;

    private ProductKernels() {}

    /// A tile of 64 by 64 results a group. The group brings 16 columns of 64 rows of both matrices
    /// into local memory, weights as float32 from there on; then each item reads 8 numbers for 16
    /// multiplications. Results go through local memory too, so that neighbours are written side by
    /// side, and the code for bias and activation is there once.
    ///
    /// Parameters: M, N, K, out, x, weight's table and start, bias's table and start, activation,
    /// whether a convolution, and then what [#tap] reads.
    static void tiles(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        float[] left = c.allocateFloatLocalArray(TILE * DEPTH);
        float[] right = c.allocateFloatLocalArray(TILE * DEPTH);
        float[] results = c.allocateFloatLocalArray(TILE * TILE);
        int item = c.localIdx;
        int depth = p.get(2);
        int top = c.groupIdx * TILE;
        int first = c.groupIdy * TILE;
        int r = item / 16 * 4;
        int q = item % 16 * 4;
        float s00 = 0f, s01 = 0f, s02 = 0f, s03 = 0f;
        float s10 = 0f, s11 = 0f, s12 = 0f, s13 = 0f;
        float s20 = 0f, s21 = 0f, s22 = 0f, s23 = 0f;
        float s30 = 0f, s31 = 0f, s32 = 0f, s33 = 0f;
        for (int from = 0; from < depth; from += DEPTH) {
            for (int e = item; e < TILE * DEPTH; e += ITEMS) {
                int row = e / DEPTH;
                int k = from + e % DEPTH;
                float a = 0f;
                float b = 0f;
                if (k < depth && top + row < p.get(0)) {
                    if (p.get(10) == 1) {
                        a = tap(memory, p, top + row, k);
                    } else {
                        a = memory.get(p.get(4) + (top + row) * depth + k);
                    }
                }
                if (k < depth && first + row < p.get(1)) {
                    int weight = (first + row) * depth + k;
                    b = WeightKernels.at(memory, halves, p.get(5), p.get(6), weight);
                }
                left[e % DEPTH * TILE + row] = a;
                right[e % DEPTH * TILE + row] = b;
            }
            c.localBarrier();
            for (int k = 0; k < DEPTH; k++) {
                float a0 = left[k * TILE + r];
                float a1 = left[k * TILE + r + 1];
                float a2 = left[k * TILE + r + 2];
                float a3 = left[k * TILE + r + 3];
                float b0 = right[k * TILE + q];
                float b1 = right[k * TILE + q + 1];
                float b2 = right[k * TILE + q + 2];
                float b3 = right[k * TILE + q + 3];
                s00 += a0 * b0;
                s01 += a0 * b1;
                s02 += a0 * b2;
                s03 += a0 * b3;
                s10 += a1 * b0;
                s11 += a1 * b1;
                s12 += a1 * b2;
                s13 += a1 * b3;
                s20 += a2 * b0;
                s21 += a2 * b1;
                s22 += a2 * b2;
                s23 += a2 * b3;
                s30 += a3 * b0;
                s31 += a3 * b1;
                s32 += a3 * b2;
                s33 += a3 * b3;
            }
            c.localBarrier();
        }
        int at = r * TILE + q;
        results[at] = s00;
        results[at + 1] = s01;
        results[at + 2] = s02;
        results[at + 3] = s03;
        results[at + TILE] = s10;
        results[at + TILE + 1] = s11;
        results[at + TILE + 2] = s12;
        results[at + TILE + 3] = s13;
        results[at + 2 * TILE] = s20;
        results[at + 2 * TILE + 1] = s21;
        results[at + 2 * TILE + 2] = s22;
        results[at + 2 * TILE + 3] = s23;
        results[at + 3 * TILE] = s30;
        results[at + 3 * TILE + 1] = s31;
        results[at + 3 * TILE + 2] = s32;
        results[at + 3 * TILE + 3] = s33;
        c.localBarrier();
        for (int e = item; e < TILE * TILE; e += ITEMS) {
            int row = top + e / TILE;
            int column = first + e % TILE;
            if (row < p.get(0) && column < p.get(1)) {
                float bias = WeightKernels.at(memory, halves, p.get(7), p.get(8), column, 0f);
                float y = ActivationKernels.apply(p.get(9), results[e] + bias);
                memory.set(p.get(3) + row * p.get(1) + column, y);
            }
        }
    }

    /// What the left matrix of a convolution has at a position and column `k = ((dt · kh + dh) · kw
    /// + dw) · I + channel`: zero beyond the borders of a frame; frames before the first are
    ///   history's, or copies of the first. The weight is `[O, kt, kh, kw, I]`: it was brought into
    ///   that order on its way up, so that neighbouring items read neighbouring channels.
    ///
    /// Parameters, from 11 on: H, W, I, H', W', kh, kw, stride of frames, rows and columns, frames
    /// before, rows above, columns to the left, history or −1.
    private static float tap(FloatArray memory, IntArray p, int position, int k) {
        int inputs = p.get(13);
        int tap = k / inputs;
        int rowsOut = p.get(14);
        int columnsOut = p.get(15);
        int high = p.get(16);
        int wide = p.get(17);
        int frame = position / columnsOut / rowsOut * p.get(18) - p.get(21) + tap / wide / high;
        int row = position / columnsOut % rowsOut * p.get(19) - p.get(22) + tap / wide % high;
        int column = position % columnsOut * p.get(20) - p.get(23) + tap % wide;
        float x = 0f;
        if (row >= 0 && row < p.get(11) && column >= 0 && column < p.get(12)) {
            int start = p.get(4);
            if (frame < 0) {
                if (p.get(24) >= 0) {
                    start = p.get(24);
                    frame = frame + p.get(21);
                } else {
                    frame = 0;
                }
            }
            int at = (frame * p.get(11) + row) * p.get(12) + column;
            x = memory.get(start + at * inputs + k % inputs);
        }
        return x;
    }

    /// For products with few rows, whose time is that of reading the weight: a group has 256
    /// results of one row, an item one of them. The weight goes through local memory, so that
    /// neighbours read neighbours. The sum has the order of [#tiles], and with it the same bits, so
    /// that a layer gives a row the same result alone and among others. Parameters as of [#tiles],
    /// no convolution.
    static void rows(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        float[] weights = c.allocateFloatLocalArray(ITEMS * DEPTH);
        float[] inputs = c.allocateFloatLocalArray(DEPTH);
        int item = c.localIdx;
        int depth = p.get(2);
        int first = c.groupIdx * ITEMS;
        int x = p.get(4) + c.groupIdy * depth;
        float sum = 0f;
        for (int from = 0; from < depth; from += DEPTH) {
            for (int e = item; e < ITEMS * DEPTH; e += ITEMS) {
                int row = first + e / DEPTH;
                int k = from + e % DEPTH;
                float b = 0f;
                if (k < depth && row < p.get(1)) {
                    b = WeightKernels.at(memory, halves, p.get(5), p.get(6), row * depth + k);
                }
                weights[e % DEPTH * ITEMS + e / DEPTH] = b;
            }
            if (item < DEPTH) {
                float a = 0f;
                if (from + item < depth) {
                    a = memory.get(x + from + item);
                }
                inputs[item] = a;
            }
            c.localBarrier();
            for (int k = 0; k < DEPTH; k++) {
                sum += inputs[k] * weights[k * ITEMS + item];
            }
            c.localBarrier();
        }
        int column = first + item;
        if (column < p.get(1)) {
            float bias = WeightKernels.at(memory, halves, p.get(7), p.get(8), column, 0f);
            float y = ActivationKernels.apply(p.get(9), sum + bias);
            memory.set(p.get(3) + c.groupIdy * p.get(1) + column, y);
        }
    }
}
