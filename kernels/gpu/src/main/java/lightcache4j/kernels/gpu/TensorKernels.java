package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// `activation(x Wᵀ + bias)` on tensor cores: the twin of [ProductKernels] for NVIDIA's GPUs.
///
/// Tensor cores multiply bfloat16. A float32 is the sum of three of those (8 + 8 + 8 bits of 24), a
/// float16 of two, and BF16 and int8 are one each; so a product of float32 numbers is a sum of
/// products of their parts, and the smallest of those may be left out. With `P` parts the products
/// of parts `i` of x and `j` of W with `i + j < P` are taken: one of `P = 1`, at most three of 2,
/// six of 3. What is left out is about 2⁻⁸, 2⁻¹⁶, 2⁻²⁴ of the result. (Henry, Tang, Heinecke,
/// "Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations",
/// arXiv:1904.06376.)
///
/// Both sides are parted and brought into the order that tensor cores read them in by
/// [PartKernels], once for each product, into room beside the weights; so the kernel that
/// multiplies copies, and knows no types.
///
/// Written for what TornadoVM 5.2 makes of it: fragments are variables of one loop (inner loops
/// that change them do not compile) and their numbers cannot be touched, so results go to memory
/// first.
final class TensorKernels {
    /// Work items of a group: four warps, each with 64 by 64 results.
    static final int ITEMS = 128;

    /// Rows and columns of the tile of results that a group computes.
    static final int TILE = 128;

    /// Steps of the sum that are in local memory at a time, and that one instruction takes.
    static final int DEPTH = 16;

    /// Turns that a group brings into local memory together.
    private static final int SLOTS = 2;

    /// Columns of one instruction's right matrix.
    static final int COLUMNS = 8;

    /// `int`s and bytes of a tile's part in local memory.
    private static final int PART = TILE * DEPTH / 2;

    private static final int PART_BYTES = TILE * DEPTH * 2;

    /// Bytes of what one instruction reads of the left and of the right matrix.
    private static final int LEFT_BYTES = 16 * DEPTH * 2;

    private static final int RIGHT_BYTES = COLUMNS * DEPTH * 2;

    private TensorKernels() {}

    /// A tile of 128 by 128 results a group. In each turn it multiplies 16 columns of a part of the
    /// left matrix by 16 rows of a part of the right. A tile that is whole goes to where the
    /// results belong, one at an edge into room of its own, as an instruction writes 16 by 8
    /// results whatever room there is; then all items of the group add bias and apply the
    /// activation.
    ///
    /// Parameters: M, N, turns, out, left, turns of a step, which part of the left is in each of
    /// those (two bits each), bias's table and start, activation, room for tiles at edges, whether
    /// a convolution, weight's scale, right, `long`s of a row and of a part of the left, `long`s of
    /// a part of the right, eights of columns, steps of a tap, which part of the right is in each
    /// turn. For a convolution, besides: H, W, H', W', kh, kw, stride of frames, rows and columns,
    /// frames before, rows above, columns to the left, first row of history or −1, how often each
    /// row and column is seen. Products of several heads have a 2 there, no bias, activation or
    /// scale, and besides: tiles across for each head, `long`s from head to head of the left and of
    /// the right, numbers from head to head and from row to row of the results, heads for each of
    /// the right, the first head.
    static void tiles(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int[] left = c.allocateIntLocalArray(SLOTS * PART);
        int[] right = c.allocateIntLocalArray(SLOTS * PART);
        int item = c.localIdx;
        int warp = item / 32;
        int across = c.groupIdy;
        int head = 0;
        int rightHead = 0;
        int pitch = p.get(1);
        if (p.get(11) == 2) {
            head = c.groupIdy / p.get(20);
            across = c.groupIdy % p.get(20);
            rightHead = (p.get(26) + head) / p.get(25);
            pitch = p.get(24);
        }
        int top = c.groupIdx * TILE;
        int first = across * TILE;
        int a = warp / 2 * 4 * LEFT_BYTES;
        int b = warp % 2 * 8 * RIGHT_BYTES;

        // An item brings one row of the left tile, and four of the right one's longs.
        int mine = top + item;
        int leftAt = p.get(4) + head * p.get(21);
        int rightAt = p.get(13) + rightHead * p.get(22) + across * (TILE / COLUMNS) * 2 * DEPTH;
        rightAt = rightAt + item;
        int frame = 0;
        int row = 0;
        int column = 0;
        if (p.get(11) == 1) {
            frame = mine / p.get(23) / p.get(22) * p.get(26) - p.get(29);
            row = mine / p.get(23) % p.get(22) * p.get(27) - p.get(30);
            column = mine % p.get(23) * p.get(28) - p.get(31);
        }

        float[] s00 = c.mmaFragment(0f);
        float[] s01 = c.mmaFragment(0f);
        float[] s02 = c.mmaFragment(0f);
        float[] s03 = c.mmaFragment(0f);
        float[] s04 = c.mmaFragment(0f);
        float[] s05 = c.mmaFragment(0f);
        float[] s06 = c.mmaFragment(0f);
        float[] s07 = c.mmaFragment(0f);
        float[] s10 = c.mmaFragment(0f);
        float[] s11 = c.mmaFragment(0f);
        float[] s12 = c.mmaFragment(0f);
        float[] s13 = c.mmaFragment(0f);
        float[] s14 = c.mmaFragment(0f);
        float[] s15 = c.mmaFragment(0f);
        float[] s16 = c.mmaFragment(0f);
        float[] s17 = c.mmaFragment(0f);
        float[] s20 = c.mmaFragment(0f);
        float[] s21 = c.mmaFragment(0f);
        float[] s22 = c.mmaFragment(0f);
        float[] s23 = c.mmaFragment(0f);
        float[] s24 = c.mmaFragment(0f);
        float[] s25 = c.mmaFragment(0f);
        float[] s26 = c.mmaFragment(0f);
        float[] s27 = c.mmaFragment(0f);
        float[] s30 = c.mmaFragment(0f);
        float[] s31 = c.mmaFragment(0f);
        float[] s32 = c.mmaFragment(0f);
        float[] s33 = c.mmaFragment(0f);
        float[] s34 = c.mmaFragment(0f);
        float[] s35 = c.mmaFragment(0f);
        float[] s36 = c.mmaFragment(0f);
        float[] s37 = c.mmaFragment(0f);

        for (int from = 0; from < p.get(2); from += SLOTS) {
            for (int slot = 0; slot < SLOTS; slot++) {
                int turn = from + slot;
                int step = turn / p.get(5);
                int part = turn % p.get(5) * 2;
                int at = -1; // the row of the left that this item brings
                int stepOfTap = step;
                if (mine < p.get(0)) {
                    at = mine;
                    if (p.get(11) == 1) {
                        int tap = step / p.get(18);
                        stepOfTap = step % p.get(18);
                        int f = frame + tap / p.get(25) / p.get(24);
                        int r = row + tap / p.get(25) % p.get(24);
                        at = tap(p, f, r, column + tap % p.get(25));
                    }
                }
                long l0 = 0;
                long l1 = 0;
                long l2 = 0;
                long l3 = 0;
                long r0 = 0;
                long r1 = 0;
                long r2 = 0;
                long r3 = 0;
                if (turn < p.get(2)) {
                    if (at >= 0) {
                        int which = p.get(6) >> part & 3;
                        int l = leftAt + which * p.get(15) + at * p.get(14) + stepOfTap * 4;
                        l0 = halves.get(l);
                        l1 = halves.get(l + 1);
                        l2 = halves.get(l + 2);
                        l3 = halves.get(l + 3);
                    }
                    int which = p.get(19) >> part & 3;
                    int r = rightAt + which * p.get(16) + step * p.get(17) * 2 * DEPTH;
                    r0 = halves.get(r);
                    r1 = halves.get(r + ITEMS);
                    r2 = halves.get(r + 2 * ITEMS);
                    r3 = halves.get(r + 3 * ITEMS);
                }
                int to = slot * PART + item * 8;
                left[to] = (int) l0;
                left[to + 1] = (int) (l0 >>> 32);
                left[to + 2] = (int) l1;
                left[to + 3] = (int) (l1 >>> 32);
                left[to + 4] = (int) l2;
                left[to + 5] = (int) (l2 >>> 32);
                left[to + 6] = (int) l3;
                left[to + 7] = (int) (l3 >>> 32);
                to = slot * PART + item * 2;
                right[to] = (int) r0;
                right[to + 1] = (int) (r0 >>> 32);
                right[to + 2 * ITEMS] = (int) r1;
                right[to + 2 * ITEMS + 1] = (int) (r1 >>> 32);
                right[to + 4 * ITEMS] = (int) r2;
                right[to + 4 * ITEMS + 1] = (int) (r2 >>> 32);
                right[to + 6 * ITEMS] = (int) r3;
                right[to + 6 * ITEMS + 1] = (int) (r3 >>> 32);
            }
            c.localBarrier();
            var a00 = c.mmaLoadA(left, DEPTH, a);
            var a01 = c.mmaLoadA(left, DEPTH, a + LEFT_BYTES);
            var a02 = c.mmaLoadA(left, DEPTH, a + 2 * LEFT_BYTES);
            var a03 = c.mmaLoadA(left, DEPTH, a + 3 * LEFT_BYTES);
            var b00 = c.mmaLoadB(right, DEPTH, b);
            var b01 = c.mmaLoadB(right, DEPTH, b + RIGHT_BYTES);
            var b02 = c.mmaLoadB(right, DEPTH, b + 2 * RIGHT_BYTES);
            var b03 = c.mmaLoadB(right, DEPTH, b + 3 * RIGHT_BYTES);
            var b04 = c.mmaLoadB(right, DEPTH, b + 4 * RIGHT_BYTES);
            var b05 = c.mmaLoadB(right, DEPTH, b + 5 * RIGHT_BYTES);
            var b06 = c.mmaLoadB(right, DEPTH, b + 6 * RIGHT_BYTES);
            var b07 = c.mmaLoadB(right, DEPTH, b + 7 * RIGHT_BYTES);
            s00 = c.mmaBF16(a00, b00, s00, MMAShape.M16N8K16);
            s01 = c.mmaBF16(a00, b01, s01, MMAShape.M16N8K16);
            s02 = c.mmaBF16(a00, b02, s02, MMAShape.M16N8K16);
            s03 = c.mmaBF16(a00, b03, s03, MMAShape.M16N8K16);
            s04 = c.mmaBF16(a00, b04, s04, MMAShape.M16N8K16);
            s05 = c.mmaBF16(a00, b05, s05, MMAShape.M16N8K16);
            s06 = c.mmaBF16(a00, b06, s06, MMAShape.M16N8K16);
            s07 = c.mmaBF16(a00, b07, s07, MMAShape.M16N8K16);
            s10 = c.mmaBF16(a01, b00, s10, MMAShape.M16N8K16);
            s11 = c.mmaBF16(a01, b01, s11, MMAShape.M16N8K16);
            s12 = c.mmaBF16(a01, b02, s12, MMAShape.M16N8K16);
            s13 = c.mmaBF16(a01, b03, s13, MMAShape.M16N8K16);
            s14 = c.mmaBF16(a01, b04, s14, MMAShape.M16N8K16);
            s15 = c.mmaBF16(a01, b05, s15, MMAShape.M16N8K16);
            s16 = c.mmaBF16(a01, b06, s16, MMAShape.M16N8K16);
            s17 = c.mmaBF16(a01, b07, s17, MMAShape.M16N8K16);
            s20 = c.mmaBF16(a02, b00, s20, MMAShape.M16N8K16);
            s21 = c.mmaBF16(a02, b01, s21, MMAShape.M16N8K16);
            s22 = c.mmaBF16(a02, b02, s22, MMAShape.M16N8K16);
            s23 = c.mmaBF16(a02, b03, s23, MMAShape.M16N8K16);
            s24 = c.mmaBF16(a02, b04, s24, MMAShape.M16N8K16);
            s25 = c.mmaBF16(a02, b05, s25, MMAShape.M16N8K16);
            s26 = c.mmaBF16(a02, b06, s26, MMAShape.M16N8K16);
            s27 = c.mmaBF16(a02, b07, s27, MMAShape.M16N8K16);
            s30 = c.mmaBF16(a03, b00, s30, MMAShape.M16N8K16);
            s31 = c.mmaBF16(a03, b01, s31, MMAShape.M16N8K16);
            s32 = c.mmaBF16(a03, b02, s32, MMAShape.M16N8K16);
            s33 = c.mmaBF16(a03, b03, s33, MMAShape.M16N8K16);
            s34 = c.mmaBF16(a03, b04, s34, MMAShape.M16N8K16);
            s35 = c.mmaBF16(a03, b05, s35, MMAShape.M16N8K16);
            s36 = c.mmaBF16(a03, b06, s36, MMAShape.M16N8K16);
            s37 = c.mmaBF16(a03, b07, s37, MMAShape.M16N8K16);
            var a10 = c.mmaLoadA(left, DEPTH, a + PART_BYTES);
            var a11 = c.mmaLoadA(left, DEPTH, a + PART_BYTES + LEFT_BYTES);
            var a12 = c.mmaLoadA(left, DEPTH, a + PART_BYTES + 2 * LEFT_BYTES);
            var a13 = c.mmaLoadA(left, DEPTH, a + PART_BYTES + 3 * LEFT_BYTES);
            var b10 = c.mmaLoadB(right, DEPTH, b + PART_BYTES);
            var b11 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + RIGHT_BYTES);
            var b12 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + 2 * RIGHT_BYTES);
            var b13 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + 3 * RIGHT_BYTES);
            var b14 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + 4 * RIGHT_BYTES);
            var b15 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + 5 * RIGHT_BYTES);
            var b16 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + 6 * RIGHT_BYTES);
            var b17 = c.mmaLoadB(right, DEPTH, b + PART_BYTES + 7 * RIGHT_BYTES);
            s00 = c.mmaBF16(a10, b10, s00, MMAShape.M16N8K16);
            s01 = c.mmaBF16(a10, b11, s01, MMAShape.M16N8K16);
            s02 = c.mmaBF16(a10, b12, s02, MMAShape.M16N8K16);
            s03 = c.mmaBF16(a10, b13, s03, MMAShape.M16N8K16);
            s04 = c.mmaBF16(a10, b14, s04, MMAShape.M16N8K16);
            s05 = c.mmaBF16(a10, b15, s05, MMAShape.M16N8K16);
            s06 = c.mmaBF16(a10, b16, s06, MMAShape.M16N8K16);
            s07 = c.mmaBF16(a10, b17, s07, MMAShape.M16N8K16);
            s10 = c.mmaBF16(a11, b10, s10, MMAShape.M16N8K16);
            s11 = c.mmaBF16(a11, b11, s11, MMAShape.M16N8K16);
            s12 = c.mmaBF16(a11, b12, s12, MMAShape.M16N8K16);
            s13 = c.mmaBF16(a11, b13, s13, MMAShape.M16N8K16);
            s14 = c.mmaBF16(a11, b14, s14, MMAShape.M16N8K16);
            s15 = c.mmaBF16(a11, b15, s15, MMAShape.M16N8K16);
            s16 = c.mmaBF16(a11, b16, s16, MMAShape.M16N8K16);
            s17 = c.mmaBF16(a11, b17, s17, MMAShape.M16N8K16);
            s20 = c.mmaBF16(a12, b10, s20, MMAShape.M16N8K16);
            s21 = c.mmaBF16(a12, b11, s21, MMAShape.M16N8K16);
            s22 = c.mmaBF16(a12, b12, s22, MMAShape.M16N8K16);
            s23 = c.mmaBF16(a12, b13, s23, MMAShape.M16N8K16);
            s24 = c.mmaBF16(a12, b14, s24, MMAShape.M16N8K16);
            s25 = c.mmaBF16(a12, b15, s25, MMAShape.M16N8K16);
            s26 = c.mmaBF16(a12, b16, s26, MMAShape.M16N8K16);
            s27 = c.mmaBF16(a12, b17, s27, MMAShape.M16N8K16);
            s30 = c.mmaBF16(a13, b10, s30, MMAShape.M16N8K16);
            s31 = c.mmaBF16(a13, b11, s31, MMAShape.M16N8K16);
            s32 = c.mmaBF16(a13, b12, s32, MMAShape.M16N8K16);
            s33 = c.mmaBF16(a13, b13, s33, MMAShape.M16N8K16);
            s34 = c.mmaBF16(a13, b14, s34, MMAShape.M16N8K16);
            s35 = c.mmaBF16(a13, b15, s35, MMAShape.M16N8K16);
            s36 = c.mmaBF16(a13, b16, s36, MMAShape.M16N8K16);
            s37 = c.mmaBF16(a13, b17, s37, MMAShape.M16N8K16);
            c.localBarrier();
        }

        int wide = pitch;
        int result = p.get(3) + head * p.get(23);
        int target = result + top * pitch + first;
        int end = TornadoMath.min(TILE, p.get(0) - top);
        int down = (p.get(0) + TILE - 1) / TILE;
        int edge = -1;
        if (first + TILE > p.get(1)) {
            edge = c.groupIdx;
        }
        if (top + TILE > p.get(0)) {
            edge = down + across;
        }
        if (edge >= 0) {
            wide = TILE;
            target = p.get(10) + (head * (down + p.get(20)) + edge) * TILE * TILE;
        } else if (p.get(11) == 2) {
            end = 0; // nothing is to be added
        }
        int y = warp / 2 * 64;
        int x = target + warp % 2 * 64;
        c.mmaStore(s00, memory, y, x, wide);
        c.mmaStore(s01, memory, y, x + 8, wide);
        c.mmaStore(s02, memory, y, x + 16, wide);
        c.mmaStore(s03, memory, y, x + 24, wide);
        c.mmaStore(s04, memory, y, x + 32, wide);
        c.mmaStore(s05, memory, y, x + 40, wide);
        c.mmaStore(s06, memory, y, x + 48, wide);
        c.mmaStore(s07, memory, y, x + 56, wide);
        c.mmaStore(s10, memory, y + 16, x, wide);
        c.mmaStore(s11, memory, y + 16, x + 8, wide);
        c.mmaStore(s12, memory, y + 16, x + 16, wide);
        c.mmaStore(s13, memory, y + 16, x + 24, wide);
        c.mmaStore(s14, memory, y + 16, x + 32, wide);
        c.mmaStore(s15, memory, y + 16, x + 40, wide);
        c.mmaStore(s16, memory, y + 16, x + 48, wide);
        c.mmaStore(s17, memory, y + 16, x + 56, wide);
        c.mmaStore(s20, memory, y + 32, x, wide);
        c.mmaStore(s21, memory, y + 32, x + 8, wide);
        c.mmaStore(s22, memory, y + 32, x + 16, wide);
        c.mmaStore(s23, memory, y + 32, x + 24, wide);
        c.mmaStore(s24, memory, y + 32, x + 32, wide);
        c.mmaStore(s25, memory, y + 32, x + 40, wide);
        c.mmaStore(s26, memory, y + 32, x + 48, wide);
        c.mmaStore(s27, memory, y + 32, x + 56, wide);
        c.mmaStore(s30, memory, y + 48, x, wide);
        c.mmaStore(s31, memory, y + 48, x + 8, wide);
        c.mmaStore(s32, memory, y + 48, x + 16, wide);
        c.mmaStore(s33, memory, y + 48, x + 24, wide);
        c.mmaStore(s34, memory, y + 48, x + 32, wide);
        c.mmaStore(s35, memory, y + 48, x + 40, wide);
        c.mmaStore(s36, memory, y + 48, x + 48, wide);
        c.mmaStore(s37, memory, y + 48, x + 56, wide);
        c.localBarrier(); // what the group wrote is now there for all of its items

        int n = first + item;
        if (n < p.get(1)) {
            float bias = WeightKernels.at(memory, halves, p.get(7), p.get(8), n, 0f);
            float scale = WeightKernels.scale(memory, p.get(12), n);
            for (int r = 0; r < end; r++) {
                float sum = memory.get(target + r * wide + item) * scale + bias;
                int at = result + (top + r) * pitch + n;
                memory.set(at, ActivationKernels.apply(p.get(9), sum));
            }
        }
    }

    /// The row of the left matrix that a tap falls on, see [ProductKernels#tap]; −1 where there are
    /// zeros.
    private static int tap(IntArray p, int frame, int row, int column) {
        int at = -1;
        int scale = p.get(33);
        if (row >= 0 && row < p.get(20) * scale) {
            if (column >= 0 && column < p.get(21) * scale) {
                int start = 0;
                int from = frame;
                if (frame < 0) {
                    from = 0;
                    if (p.get(32) >= 0) {
                        start = p.get(32);
                        from = frame + p.get(29);
                    }
                }
                at = start + (from * p.get(20) + row / scale) * p.get(21) + column / scale;
            }
        }
        return at;
    }
}
