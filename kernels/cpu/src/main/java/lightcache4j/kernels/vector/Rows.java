package lightcache4j.kernels.vector;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// Rows of numbers in the memory of a tensor: what a factor of a product is packed from.
///
/// @param start index of the first number of row 0
/// @param pitch numbers from the beginning of a row to that of the next
/// @param factor what float32 numbers are multiplied by on the way
/// @param scales what 127 stands for in each row of int8 numbers, see [Tensor#scaled]; null for all
///   other types
record Rows(
        MemorySegment segment,
        DType dtype,
        long start,
        long pitch,
        float factor,
        @Nullable MemorySegment scales) {
    /// Up to so many numbers a loop copies in less time than a call to copy memory takes.
    private static final int SHORT = 256;

    Rows(MemorySegment segment, DType dtype, long start, long pitch, float factor) {
        this(segment, dtype, start, pitch, factor, null);
    }

    /// The rows of a weight, `length` numbers each.
    static Rows of(Tensor weight, int length) {
        MemorySegment scales = weight.scale() == null ? null : weight.scale().segment();
        return new Rows(weight.segment(), weight.dtype(), 0, length, 1, scales);
    }

    /// Rows that lie one behind the other.
    static Rows of(MemorySegment segment, DType dtype, int length) {
        return new Rows(segment, dtype, 0, length, 1);
    }

    /// The same rows from number `k` of each on.
    Rows from(int k) {
        return new Rows(segment, dtype, start + k, pitch, factor, scales);
    }

    /// Index of the first number of a row.
    long at(long row) {
        return start + row * pitch;
    }

    /// Whether `length` numbers of each of the first `count` rows can be read as they are.
    boolean has(long count, int length) {
        return dtype == DType.F32
                && factor == 1
                && at(count - 1) + length <= segment.byteSize() / Float.BYTES;
    }

    /// Brings numbers `k0` to `k0 + n` of a row, or of it and the next ones, into an array that has
    /// room up to the next multiple of a vector.
    void stage(long row, long k0, int n, float[] to, int at, Scratch scratch) {
        long from = at(row) + k0;
        if (dtype == DType.F32 && (n <= SHORT || factor != 1)) {
            Lanes.take(segment, from, to, at, n, factor);
        } else if (scales != null) {
            scale(scales, from, to, at, n, scratch);
        } else {
            Lanes.widen(segment, dtype, from, to, at, n, scratch);
        }
    }

    /// Widens int8 numbers from number `from` on, row by row.
    private void scale(
            MemorySegment perRow, long from, float[] to, int at, int n, Scratch scratch) {
        int k = 0;
        while (k < n) {
            long row = (from + k) / pitch;
            int some = (int) Math.min(n - k, (row + 1) * pitch - from - k);
            float step = Lanes.get(perRow, row) / Byte.MAX_VALUE;
            Lanes.scale(segment, from + k, step, to, at + k, some, scratch);
            k += some;
        }
    }
}
