package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// `activation(x Wᵀ + bias)`: linear layers, and convolutions as products whose left matrix is
/// never built. Its row is a position, its column a tap of the kernel and an input channel, and it
/// is read from where that tap falls.
final class ProductKernels {
    /// Work items of a group, each with 4 by 4 results in [#tiles].
    static final int ITEMS = 256;

    /// Results of a group of [#tiles], whatever the shape of its tile.
    static final int RESULTS = 16 * ITEMS;

    /// The most rows of a tile.
    static final int HIGHEST = 256;

    /// Steps of the sum that are in local memory at a time.
    static final int DEPTH = 16;

    /// Numbers of a step: a column of both matrices, 256 and 16 numbers at most, and 4 to spare, so
    /// that neighbouring items write to different banks of local memory.
    private static final int STEP = 276;

    private ProductKernels() {}

    /// A tile of 4096 results a group, as many rows high as it is told. The group brings 16 columns
    /// of both matrices into local memory, weights as float32 from there on; then each item reads 8
    /// numbers for 16 multiplications. Results go through local memory too, so that neighbours are
    /// written side by side, and the code for bias and activation is there once. Every result is
    /// summed in the same order, whatever the shape of its tile.
    ///
    /// Parameters: M, N, K, out, x, weight's table and start, bias's table and start, activation,
    /// rows of a tile (16 to 256, a power of two), whether a convolution. If it is none, the
    /// weight's scale, see [WeightKernels#scale]; if it is one, what [#tap] and its caller read: H,
    /// W, I, H', W', kh, kw, stride of frames, rows and columns, frames before, rows above, columns
    /// to the left, history or −1, how often each row and column is seen.
    static void tiles(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        float[] tile = c.allocateFloatLocalArray(STEP * DEPTH);
        int[] frames = c.allocateIntLocalArray(HIGHEST);
        int[] rows = c.allocateIntLocalArray(HIGHEST);
        int[] columns = c.allocateIntLocalArray(HIGHEST);
        int item = c.localIdx;
        int depth = p.get(2);
        int high = p.get(10);
        int wide = RESULTS / high;
        int top = c.groupIdx * high;
        int first = c.groupIdy * wide;
        int convolution = p.get(11);
        if (convolution == 1 && item < high) {
            int position = top + item;
            frames[item] = position / p.get(16) / p.get(15) * p.get(19) - p.get(22);
            rows[item] = position / p.get(16) % p.get(15) * p.get(20) - p.get(23);
            columns[item] = position % p.get(16) * p.get(21) - p.get(24);
        }
        c.localBarrier();
        int r = item / (wide / 4) * 4;
        int q = item % (wide / 4) * 4;
        float s00 = 0f, s01 = 0f, s02 = 0f, s03 = 0f;
        float s10 = 0f, s11 = 0f, s12 = 0f, s13 = 0f;
        float s20 = 0f, s21 = 0f, s22 = 0f, s23 = 0f;
        float s30 = 0f, s31 = 0f, s32 = 0f, s33 = 0f;
        for (int from = 0; from < depth; from += DEPTH) {
            int step = item % DEPTH;
            int k = from + step;
            int channel = 0;
            int frame = 0;
            int row = 0;
            int column = 0;
            if (convolution == 1) {
                int tap = k / p.get(14);
                channel = k % p.get(14);
                column = tap % p.get(18);
                row = tap / p.get(18) % p.get(17);
                frame = tap / p.get(18) / p.get(17);
            }
            for (int i = item / DEPTH; i < high; i += ITEMS / DEPTH) {
                float a = 0f;
                if (k < depth && top + i < p.get(0)) {
                    if (convolution == 1) {
                        int f = frames[i] + frame;
                        a = tap(memory, p, f, rows[i] + row, columns[i] + column, channel);
                    } else {
                        a = memory.get(p.get(4) + (top + i) * depth + k);
                    }
                }
                tile[step * STEP + i] = a;
            }
            for (int i = item / DEPTH; i < wide; i += ITEMS / DEPTH) {
                float b = 0f;
                if (k < depth && first + i < p.get(1)) {
                    int weight = (first + i) * depth + k;
                    b = WeightKernels.at(memory, halves, p.get(5), p.get(6), weight);
                }
                tile[step * STEP + high + i] = b;
            }
            c.localBarrier();
            for (int j = 0; j < DEPTH; j++) {
                int left = j * STEP + r;
                int right = j * STEP + high + q;
                float a0 = tile[left];
                float a1 = tile[left + 1];
                float a2 = tile[left + 2];
                float a3 = tile[left + 3];
                float b0 = tile[right];
                float b1 = tile[right + 1];
                float b2 = tile[right + 2];
                float b3 = tile[right + 3];
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
        int at = r * wide + q;
        tile[at] = s00;
        tile[at + 1] = s01;
        tile[at + 2] = s02;
        tile[at + 3] = s03;
        tile[at + wide] = s10;
        tile[at + wide + 1] = s11;
        tile[at + wide + 2] = s12;
        tile[at + wide + 3] = s13;
        tile[at + 2 * wide] = s20;
        tile[at + 2 * wide + 1] = s21;
        tile[at + 2 * wide + 2] = s22;
        tile[at + 2 * wide + 3] = s23;
        tile[at + 3 * wide] = s30;
        tile[at + 3 * wide + 1] = s31;
        tile[at + 3 * wide + 2] = s32;
        tile[at + 3 * wide + 3] = s33;
        c.localBarrier();
        for (int e = item; e < RESULTS; e += ITEMS) {
            int y = top + e / wide;
            int x = first + e % wide;
            if (y < p.get(0) && x < p.get(1)) {
                float bias = WeightKernels.at(memory, halves, p.get(7), p.get(8), x, 0f);
                float sum = tile[e];
                if (convolution == 0) {
                    sum *= WeightKernels.scale(memory, p.get(12), x);
                }
                float result = ActivationKernels.apply(p.get(9), sum + bias);
                memory.set(p.get(3) + y * p.get(1) + x, result);
            }
        }
    }

    /// What a convolution reads at a place, which may lie beyond the borders of a frame, where
    /// there are zeros, and before the first frame, where history's are, or copies of the first.
    /// The weight is `[O, kt, kh, kw, I]`: it was brought into that order on its way up, so that
    /// neighbouring items read neighbouring channels.
    private static float tap(
            FloatArray memory, IntArray p, int frame, int row, int column, int channel) {
        float x = 0f;
        int scale = p.get(26);
        int rows = p.get(12) * scale;
        int columns = p.get(13) * scale;
        if (row >= 0 && row < rows && column >= 0 && column < columns) {
            int start = p.get(4);
            int from = frame;
            if (frame < 0) {
                from = 0;
                if (p.get(25) >= 0) {
                    start = p.get(25);
                    from = frame + p.get(22);
                }
            }
            int at = (from * p.get(12) + row / scale) * p.get(13) + column / scale;
            x = memory.get(start + at * p.get(14) + channel);
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
            sum *= WeightKernels.scale(memory, p.get(12), column);
            float y = ActivationKernels.apply(p.get(9), sum + bias);
            memory.set(p.get(3) + c.groupIdy * p.get(1) + column, y);
        }
    }
}
