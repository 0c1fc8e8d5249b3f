package lightcache4j.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// Transposes squares of 8 by 8 numbers, or 4 by 4, one beside the other, where vectors are not as
/// long as those of [Square].
///
/// A round exchanges, between rows that lie `s` apart, the odd blocks of `s` lanes of the upper row
/// with the even ones of the lower. There is no permutation of two vectors here (AVX2), so one is
/// permuted and blended into the other; neighbours are exchanged by shifting pairs of lanes, which
/// costs less. A method goes on through many squares: masks, permutations and checks of bounds cost
/// as much as a square. Both sizes are written out, and the larger for arrays and for memory, for
/// the reason that [Square] gives. 0.18 ns a number with 8 lanes on a Zen 3 (0.29 square by
/// square), where one by one takes 0.58.
final class SmallSquares {
    private static final VectorMask<Float> ODD_1 =
            VectorMask.fromLong(FloatVector.SPECIES_256, 0xAA);
    private static final VectorMask<Float> ODD_2 =
            VectorMask.fromLong(FloatVector.SPECIES_256, 0xCC);
    private static final VectorMask<Float> ODD_4 =
            VectorMask.fromLong(FloatVector.SPECIES_256, 0xF0);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);

    private static final VectorMask<Float> SHORT_ODD_1 =
            VectorMask.fromLong(FloatVector.SPECIES_128, 0xA);
    private static final VectorMask<Float> SHORT_ODD_2 =
            VectorMask.fromLong(FloatVector.SPECIES_128, 0xC);
    private static final VectorShuffle<Float> SHORT_SWAP_2 =
            VectorShuffle.fromOp(FloatVector.SPECIES_128, lane -> lane ^ 2);

    private SmallSquares() {}

    /// Neighbouring blocks of so many lanes exchanged.
    private static VectorShuffle<Float> swap(int lanes) {
        return VectorShuffle.fromOp(FloatVector.SPECIES_256, lane -> lane ^ lanes);
    }

    private static FloatVector row(float[] from, int at) {
        return FloatVector.fromArray(FloatVector.SPECIES_256, from, at);
    }

    /// Apart from [Lanes#at(MemorySegment, long)], as in [Square].
    private static FloatVector row(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(
                FloatVector.SPECIES_256, Lanes.seen(from), at << 2, ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatVector shortRow(float[] from, int at) {
        return FloatVector.fromArray(FloatVector.SPECIES_128, from, at);
    }

    /// Even lanes moved to the odd ones behind them.
    private static FloatVector up(FloatVector v) {
        return v.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 32).reinterpretAsFloats();
    }

    /// Odd lanes moved to the even ones before them.
    private static FloatVector down(FloatVector v) {
        return v.reinterpretAsLongs().lanewise(VectorOperators.LSHR, 32).reinterpretAsFloats();
    }

    /// Eight rows of `n` numbers, a multiple of 8: number `k` of row `r`, at `from[at + r · stride
    /// + k]`, goes to `to[start + k · pitch + r]`.
    static void eight(float[] from, int at, int stride, int n, float[] to, int start, int pitch) {
        VectorMask<Float> odd1 = ODD_1;
        VectorMask<Float> odd2 = ODD_2;
        VectorMask<Float> odd4 = ODD_4;
        VectorShuffle<Float> swap2 = SWAP_2;
        VectorShuffle<Float> swap4 = SWAP_4;
        int q = start;
        for (int p = at; p < at + n; p += 8) {
            FloatVector a0 = row(from, p);
            FloatVector a1 = row(from, p + stride);
            FloatVector a2 = row(from, p + 2 * stride);
            FloatVector a3 = row(from, p + 3 * stride);
            FloatVector a4 = row(from, p + 4 * stride);
            FloatVector a5 = row(from, p + 5 * stride);
            FloatVector a6 = row(from, p + 6 * stride);
            FloatVector a7 = row(from, p + 7 * stride);
            FloatVector b0 = a0.blend(up(a1), odd1);
            FloatVector b1 = down(a0).blend(a1, odd1);
            FloatVector b2 = a2.blend(up(a3), odd1);
            FloatVector b3 = down(a2).blend(a3, odd1);
            FloatVector b4 = a4.blend(up(a5), odd1);
            FloatVector b5 = down(a4).blend(a5, odd1);
            FloatVector b6 = a6.blend(up(a7), odd1);
            FloatVector b7 = down(a6).blend(a7, odd1);
            FloatVector c0 = b0.blend(b2.rearrange(swap2), odd2);
            FloatVector c2 = b0.rearrange(swap2).blend(b2, odd2);
            FloatVector c1 = b1.blend(b3.rearrange(swap2), odd2);
            FloatVector c3 = b1.rearrange(swap2).blend(b3, odd2);
            FloatVector c4 = b4.blend(b6.rearrange(swap2), odd2);
            FloatVector c6 = b4.rearrange(swap2).blend(b6, odd2);
            FloatVector c5 = b5.blend(b7.rearrange(swap2), odd2);
            FloatVector c7 = b5.rearrange(swap2).blend(b7, odd2);
            c0.blend(c4.rearrange(swap4), odd4).intoArray(to, q);
            c1.blend(c5.rearrange(swap4), odd4).intoArray(to, q + pitch);
            c2.blend(c6.rearrange(swap4), odd4).intoArray(to, q + 2 * pitch);
            c3.blend(c7.rearrange(swap4), odd4).intoArray(to, q + 3 * pitch);
            c0.rearrange(swap4).blend(c4, odd4).intoArray(to, q + 4 * pitch);
            c1.rearrange(swap4).blend(c5, odd4).intoArray(to, q + 5 * pitch);
            c2.rearrange(swap4).blend(c6, odd4).intoArray(to, q + 6 * pitch);
            c3.rearrange(swap4).blend(c7, odd4).intoArray(to, q + 7 * pitch);
            q += 8 * pitch;
        }
    }

    /// As [#eight(float[], int, int, int, float[], int, int)], from memory.
    static void eight(
            MemorySegment from, long at, long stride, int n, float[] to, int start, int pitch) {
        VectorMask<Float> odd1 = ODD_1;
        VectorMask<Float> odd2 = ODD_2;
        VectorMask<Float> odd4 = ODD_4;
        VectorShuffle<Float> swap2 = SWAP_2;
        VectorShuffle<Float> swap4 = SWAP_4;
        int q = start;
        for (int k = 0; k < n; k += 8) {
            long p = at + k;
            FloatVector a0 = row(from, p);
            FloatVector a1 = row(from, p + stride);
            FloatVector a2 = row(from, p + 2 * stride);
            FloatVector a3 = row(from, p + 3 * stride);
            FloatVector a4 = row(from, p + 4 * stride);
            FloatVector a5 = row(from, p + 5 * stride);
            FloatVector a6 = row(from, p + 6 * stride);
            FloatVector a7 = row(from, p + 7 * stride);
            FloatVector b0 = a0.blend(up(a1), odd1);
            FloatVector b1 = down(a0).blend(a1, odd1);
            FloatVector b2 = a2.blend(up(a3), odd1);
            FloatVector b3 = down(a2).blend(a3, odd1);
            FloatVector b4 = a4.blend(up(a5), odd1);
            FloatVector b5 = down(a4).blend(a5, odd1);
            FloatVector b6 = a6.blend(up(a7), odd1);
            FloatVector b7 = down(a6).blend(a7, odd1);
            FloatVector c0 = b0.blend(b2.rearrange(swap2), odd2);
            FloatVector c2 = b0.rearrange(swap2).blend(b2, odd2);
            FloatVector c1 = b1.blend(b3.rearrange(swap2), odd2);
            FloatVector c3 = b1.rearrange(swap2).blend(b3, odd2);
            FloatVector c4 = b4.blend(b6.rearrange(swap2), odd2);
            FloatVector c6 = b4.rearrange(swap2).blend(b6, odd2);
            FloatVector c5 = b5.blend(b7.rearrange(swap2), odd2);
            FloatVector c7 = b5.rearrange(swap2).blend(b7, odd2);
            c0.blend(c4.rearrange(swap4), odd4).intoArray(to, q);
            c1.blend(c5.rearrange(swap4), odd4).intoArray(to, q + pitch);
            c2.blend(c6.rearrange(swap4), odd4).intoArray(to, q + 2 * pitch);
            c3.blend(c7.rearrange(swap4), odd4).intoArray(to, q + 3 * pitch);
            c0.rearrange(swap4).blend(c4, odd4).intoArray(to, q + 4 * pitch);
            c1.rearrange(swap4).blend(c5, odd4).intoArray(to, q + 5 * pitch);
            c2.rearrange(swap4).blend(c6, odd4).intoArray(to, q + 6 * pitch);
            c3.rearrange(swap4).blend(c7, odd4).intoArray(to, q + 7 * pitch);
            q += 8 * pitch;
        }
    }

    /// Four rows of `n` numbers, a multiple of 4, as [#eight].
    static void four(float[] from, int at, int stride, int n, float[] to, int start, int pitch) {
        VectorMask<Float> odd1 = SHORT_ODD_1;
        VectorMask<Float> odd2 = SHORT_ODD_2;
        VectorShuffle<Float> swap2 = SHORT_SWAP_2;
        int q = start;
        for (int p = at; p < at + n; p += 4) {
            FloatVector a0 = shortRow(from, p);
            FloatVector a1 = shortRow(from, p + stride);
            FloatVector a2 = shortRow(from, p + 2 * stride);
            FloatVector a3 = shortRow(from, p + 3 * stride);
            FloatVector b0 = a0.blend(up(a1), odd1);
            FloatVector b1 = down(a0).blend(a1, odd1);
            FloatVector b2 = a2.blend(up(a3), odd1);
            FloatVector b3 = down(a2).blend(a3, odd1);
            b0.blend(b2.rearrange(swap2), odd2).intoArray(to, q);
            b1.blend(b3.rearrange(swap2), odd2).intoArray(to, q + pitch);
            b0.rearrange(swap2).blend(b2, odd2).intoArray(to, q + 2 * pitch);
            b1.rearrange(swap2).blend(b3, odd2).intoArray(to, q + 3 * pitch);
            q += 4 * pitch;
        }
    }
}
