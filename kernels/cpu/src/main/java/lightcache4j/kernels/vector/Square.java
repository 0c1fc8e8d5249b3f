package lightcache4j.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// Transposes 16 by 16 numbers in vectors of 16; [SmallSquares] does where vectors are shorter.
///
/// Four rounds; each exchanges, between rows that lie 1, 2, 4, then 8 apart, the odd blocks of so
/// many lanes of the upper row with the even ones of the lower. 64 exchanges for 256 numbers: 0.1
/// ns a number where one by one takes 0.4. It is written out twice, for arrays and for memory,
/// since vectors that are handed to a method become objects unless it is inlined, and this one is
/// too large for that.
final class Square {
    // what an exchange picks from two rows, for [TwelveRows] too
    static final IntVector EVEN_1 = pick(1, 0);
    static final IntVector ODD_1 = pick(1, 1);
    static final IntVector EVEN_2 = pick(2, 0);
    static final IntVector ODD_2 = pick(2, 1);
    static final IntVector EVEN_4 = pick(4, 0);
    static final IntVector ODD_4 = pick(4, 1);
    static final IntVector EVEN_8 = pick(8, 0);
    static final IntVector ODD_8 = pick(8, 1);

    private Square() {}

    /// Blocks of `step` lanes, alternately from an upper and a lower row: of each the even ones, or
    /// the odd.
    private static IntVector pick(int step, int odd) {
        int[] lanes = new int[16];
        for (int i = 0; i < 16; i++) {
            int block = i / step;
            int source = (block / 2 * 2 + odd) * step + i % step;
            lanes[i] = block % 2 == 0 ? source : 16 + source;
        }
        return IntVector.fromArray(IntVector.SPECIES_512, lanes, 0);
    }

    private static IntVector row(float[] from, int at) {
        return FloatVector.fromArray(FloatVector.SPECIES_512, from, at).reinterpretAsInts();
    }

    /// Apart from [Lanes#at(MemorySegment, long)], whose cast is not to see a mapped file: weights
    /// of float32 come by here.
    static IntVector row(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(
                        FloatVector.SPECIES_512, Lanes.seen(from), at << 2, ByteOrder.LITTLE_ENDIAN)
                .reinterpretAsInts();
    }

    /// Number `k` of row `r`, at `from[at + r · stride + k]`, goes to `to[start + k · pitch + r]`.
    static void transpose(float[] from, int at, int stride, float[] to, int start, int pitch) {
        IntVector a0 = row(from, at);
        IntVector a1 = row(from, at + stride);
        IntVector a2 = row(from, at + 2 * stride);
        IntVector a3 = row(from, at + 3 * stride);
        IntVector a4 = row(from, at + 4 * stride);
        IntVector a5 = row(from, at + 5 * stride);
        IntVector a6 = row(from, at + 6 * stride);
        IntVector a7 = row(from, at + 7 * stride);
        IntVector a8 = row(from, at + 8 * stride);
        IntVector a9 = row(from, at + 9 * stride);
        IntVector a10 = row(from, at + 10 * stride);
        IntVector a11 = row(from, at + 11 * stride);
        IntVector a12 = row(from, at + 12 * stride);
        IntVector a13 = row(from, at + 13 * stride);
        IntVector a14 = row(from, at + 14 * stride);
        IntVector a15 = row(from, at + 15 * stride);
        IntVector b0 = EVEN_1.selectFrom(a0, a1);
        IntVector b1 = ODD_1.selectFrom(a0, a1);
        IntVector b2 = EVEN_1.selectFrom(a2, a3);
        IntVector b3 = ODD_1.selectFrom(a2, a3);
        IntVector b4 = EVEN_1.selectFrom(a4, a5);
        IntVector b5 = ODD_1.selectFrom(a4, a5);
        IntVector b6 = EVEN_1.selectFrom(a6, a7);
        IntVector b7 = ODD_1.selectFrom(a6, a7);
        IntVector b8 = EVEN_1.selectFrom(a8, a9);
        IntVector b9 = ODD_1.selectFrom(a8, a9);
        IntVector b10 = EVEN_1.selectFrom(a10, a11);
        IntVector b11 = ODD_1.selectFrom(a10, a11);
        IntVector b12 = EVEN_1.selectFrom(a12, a13);
        IntVector b13 = ODD_1.selectFrom(a12, a13);
        IntVector b14 = EVEN_1.selectFrom(a14, a15);
        IntVector b15 = ODD_1.selectFrom(a14, a15);
        IntVector c0 = EVEN_2.selectFrom(b0, b2);
        IntVector c2 = ODD_2.selectFrom(b0, b2);
        IntVector c1 = EVEN_2.selectFrom(b1, b3);
        IntVector c3 = ODD_2.selectFrom(b1, b3);
        IntVector c4 = EVEN_2.selectFrom(b4, b6);
        IntVector c6 = ODD_2.selectFrom(b4, b6);
        IntVector c5 = EVEN_2.selectFrom(b5, b7);
        IntVector c7 = ODD_2.selectFrom(b5, b7);
        IntVector c8 = EVEN_2.selectFrom(b8, b10);
        IntVector c10 = ODD_2.selectFrom(b8, b10);
        IntVector c9 = EVEN_2.selectFrom(b9, b11);
        IntVector c11 = ODD_2.selectFrom(b9, b11);
        IntVector c12 = EVEN_2.selectFrom(b12, b14);
        IntVector c14 = ODD_2.selectFrom(b12, b14);
        IntVector c13 = EVEN_2.selectFrom(b13, b15);
        IntVector c15 = ODD_2.selectFrom(b13, b15);
        IntVector d0 = EVEN_4.selectFrom(c0, c4);
        IntVector d4 = ODD_4.selectFrom(c0, c4);
        IntVector d1 = EVEN_4.selectFrom(c1, c5);
        IntVector d5 = ODD_4.selectFrom(c1, c5);
        IntVector d2 = EVEN_4.selectFrom(c2, c6);
        IntVector d6 = ODD_4.selectFrom(c2, c6);
        IntVector d3 = EVEN_4.selectFrom(c3, c7);
        IntVector d7 = ODD_4.selectFrom(c3, c7);
        IntVector d8 = EVEN_4.selectFrom(c8, c12);
        IntVector d12 = ODD_4.selectFrom(c8, c12);
        IntVector d9 = EVEN_4.selectFrom(c9, c13);
        IntVector d13 = ODD_4.selectFrom(c9, c13);
        IntVector d10 = EVEN_4.selectFrom(c10, c14);
        IntVector d14 = ODD_4.selectFrom(c10, c14);
        IntVector d11 = EVEN_4.selectFrom(c11, c15);
        IntVector d15 = ODD_4.selectFrom(c11, c15);
        IntVector e0 = EVEN_8.selectFrom(d0, d8);
        IntVector e8 = ODD_8.selectFrom(d0, d8);
        IntVector e1 = EVEN_8.selectFrom(d1, d9);
        IntVector e9 = ODD_8.selectFrom(d1, d9);
        IntVector e2 = EVEN_8.selectFrom(d2, d10);
        IntVector e10 = ODD_8.selectFrom(d2, d10);
        IntVector e3 = EVEN_8.selectFrom(d3, d11);
        IntVector e11 = ODD_8.selectFrom(d3, d11);
        IntVector e4 = EVEN_8.selectFrom(d4, d12);
        IntVector e12 = ODD_8.selectFrom(d4, d12);
        IntVector e5 = EVEN_8.selectFrom(d5, d13);
        IntVector e13 = ODD_8.selectFrom(d5, d13);
        IntVector e6 = EVEN_8.selectFrom(d6, d14);
        IntVector e14 = ODD_8.selectFrom(d6, d14);
        IntVector e7 = EVEN_8.selectFrom(d7, d15);
        IntVector e15 = ODD_8.selectFrom(d7, d15);
        e0.reinterpretAsFloats().intoArray(to, start);
        e1.reinterpretAsFloats().intoArray(to, start + pitch);
        e2.reinterpretAsFloats().intoArray(to, start + 2 * pitch);
        e3.reinterpretAsFloats().intoArray(to, start + 3 * pitch);
        e4.reinterpretAsFloats().intoArray(to, start + 4 * pitch);
        e5.reinterpretAsFloats().intoArray(to, start + 5 * pitch);
        e6.reinterpretAsFloats().intoArray(to, start + 6 * pitch);
        e7.reinterpretAsFloats().intoArray(to, start + 7 * pitch);
        e8.reinterpretAsFloats().intoArray(to, start + 8 * pitch);
        e9.reinterpretAsFloats().intoArray(to, start + 9 * pitch);
        e10.reinterpretAsFloats().intoArray(to, start + 10 * pitch);
        e11.reinterpretAsFloats().intoArray(to, start + 11 * pitch);
        e12.reinterpretAsFloats().intoArray(to, start + 12 * pitch);
        e13.reinterpretAsFloats().intoArray(to, start + 13 * pitch);
        e14.reinterpretAsFloats().intoArray(to, start + 14 * pitch);
        e15.reinterpretAsFloats().intoArray(to, start + 15 * pitch);
    }

    /// As [#transpose(float[], int, int, float[], int, int)], from memory.
    static void transpose(
            MemorySegment from, long at, long stride, float[] to, int start, int pitch) {
        IntVector a0 = row(from, at);
        IntVector a1 = row(from, at + stride);
        IntVector a2 = row(from, at + 2 * stride);
        IntVector a3 = row(from, at + 3 * stride);
        IntVector a4 = row(from, at + 4 * stride);
        IntVector a5 = row(from, at + 5 * stride);
        IntVector a6 = row(from, at + 6 * stride);
        IntVector a7 = row(from, at + 7 * stride);
        IntVector a8 = row(from, at + 8 * stride);
        IntVector a9 = row(from, at + 9 * stride);
        IntVector a10 = row(from, at + 10 * stride);
        IntVector a11 = row(from, at + 11 * stride);
        IntVector a12 = row(from, at + 12 * stride);
        IntVector a13 = row(from, at + 13 * stride);
        IntVector a14 = row(from, at + 14 * stride);
        IntVector a15 = row(from, at + 15 * stride);
        IntVector b0 = EVEN_1.selectFrom(a0, a1);
        IntVector b1 = ODD_1.selectFrom(a0, a1);
        IntVector b2 = EVEN_1.selectFrom(a2, a3);
        IntVector b3 = ODD_1.selectFrom(a2, a3);
        IntVector b4 = EVEN_1.selectFrom(a4, a5);
        IntVector b5 = ODD_1.selectFrom(a4, a5);
        IntVector b6 = EVEN_1.selectFrom(a6, a7);
        IntVector b7 = ODD_1.selectFrom(a6, a7);
        IntVector b8 = EVEN_1.selectFrom(a8, a9);
        IntVector b9 = ODD_1.selectFrom(a8, a9);
        IntVector b10 = EVEN_1.selectFrom(a10, a11);
        IntVector b11 = ODD_1.selectFrom(a10, a11);
        IntVector b12 = EVEN_1.selectFrom(a12, a13);
        IntVector b13 = ODD_1.selectFrom(a12, a13);
        IntVector b14 = EVEN_1.selectFrom(a14, a15);
        IntVector b15 = ODD_1.selectFrom(a14, a15);
        IntVector c0 = EVEN_2.selectFrom(b0, b2);
        IntVector c2 = ODD_2.selectFrom(b0, b2);
        IntVector c1 = EVEN_2.selectFrom(b1, b3);
        IntVector c3 = ODD_2.selectFrom(b1, b3);
        IntVector c4 = EVEN_2.selectFrom(b4, b6);
        IntVector c6 = ODD_2.selectFrom(b4, b6);
        IntVector c5 = EVEN_2.selectFrom(b5, b7);
        IntVector c7 = ODD_2.selectFrom(b5, b7);
        IntVector c8 = EVEN_2.selectFrom(b8, b10);
        IntVector c10 = ODD_2.selectFrom(b8, b10);
        IntVector c9 = EVEN_2.selectFrom(b9, b11);
        IntVector c11 = ODD_2.selectFrom(b9, b11);
        IntVector c12 = EVEN_2.selectFrom(b12, b14);
        IntVector c14 = ODD_2.selectFrom(b12, b14);
        IntVector c13 = EVEN_2.selectFrom(b13, b15);
        IntVector c15 = ODD_2.selectFrom(b13, b15);
        IntVector d0 = EVEN_4.selectFrom(c0, c4);
        IntVector d4 = ODD_4.selectFrom(c0, c4);
        IntVector d1 = EVEN_4.selectFrom(c1, c5);
        IntVector d5 = ODD_4.selectFrom(c1, c5);
        IntVector d2 = EVEN_4.selectFrom(c2, c6);
        IntVector d6 = ODD_4.selectFrom(c2, c6);
        IntVector d3 = EVEN_4.selectFrom(c3, c7);
        IntVector d7 = ODD_4.selectFrom(c3, c7);
        IntVector d8 = EVEN_4.selectFrom(c8, c12);
        IntVector d12 = ODD_4.selectFrom(c8, c12);
        IntVector d9 = EVEN_4.selectFrom(c9, c13);
        IntVector d13 = ODD_4.selectFrom(c9, c13);
        IntVector d10 = EVEN_4.selectFrom(c10, c14);
        IntVector d14 = ODD_4.selectFrom(c10, c14);
        IntVector d11 = EVEN_4.selectFrom(c11, c15);
        IntVector d15 = ODD_4.selectFrom(c11, c15);
        IntVector e0 = EVEN_8.selectFrom(d0, d8);
        IntVector e8 = ODD_8.selectFrom(d0, d8);
        IntVector e1 = EVEN_8.selectFrom(d1, d9);
        IntVector e9 = ODD_8.selectFrom(d1, d9);
        IntVector e2 = EVEN_8.selectFrom(d2, d10);
        IntVector e10 = ODD_8.selectFrom(d2, d10);
        IntVector e3 = EVEN_8.selectFrom(d3, d11);
        IntVector e11 = ODD_8.selectFrom(d3, d11);
        IntVector e4 = EVEN_8.selectFrom(d4, d12);
        IntVector e12 = ODD_8.selectFrom(d4, d12);
        IntVector e5 = EVEN_8.selectFrom(d5, d13);
        IntVector e13 = ODD_8.selectFrom(d5, d13);
        IntVector e6 = EVEN_8.selectFrom(d6, d14);
        IntVector e14 = ODD_8.selectFrom(d6, d14);
        IntVector e7 = EVEN_8.selectFrom(d7, d15);
        IntVector e15 = ODD_8.selectFrom(d7, d15);
        e0.reinterpretAsFloats().intoArray(to, start);
        e1.reinterpretAsFloats().intoArray(to, start + pitch);
        e2.reinterpretAsFloats().intoArray(to, start + 2 * pitch);
        e3.reinterpretAsFloats().intoArray(to, start + 3 * pitch);
        e4.reinterpretAsFloats().intoArray(to, start + 4 * pitch);
        e5.reinterpretAsFloats().intoArray(to, start + 5 * pitch);
        e6.reinterpretAsFloats().intoArray(to, start + 6 * pitch);
        e7.reinterpretAsFloats().intoArray(to, start + 7 * pitch);
        e8.reinterpretAsFloats().intoArray(to, start + 8 * pitch);
        e9.reinterpretAsFloats().intoArray(to, start + 9 * pitch);
        e10.reinterpretAsFloats().intoArray(to, start + 10 * pitch);
        e11.reinterpretAsFloats().intoArray(to, start + 11 * pitch);
        e12.reinterpretAsFloats().intoArray(to, start + 12 * pitch);
        e13.reinterpretAsFloats().intoArray(to, start + 13 * pitch);
        e14.reinterpretAsFloats().intoArray(to, start + 14 * pitch);
        e15.reinterpretAsFloats().intoArray(to, start + 15 * pitch);
    }
}
