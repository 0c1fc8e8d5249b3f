package lightcache4j.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Vectors as wide as the machine likes them, and how numbers get in and out of them.
///
/// Kernels that reuse what they read copy it into arrays first; those that touch every number once
/// work on the memory of the tensor itself, which costs no more than an array. Indices count
/// elements.
final class Lanes {
    /// Sets the numbers in a vector, 4, 8 or 16. Where the machine has no such vectors, the Vector
    /// API computes without them, slowly; so all widths are tested on any machine.
    private static final String LANES = "lightcache4j.cpu.lanes";

    static final VectorSpecies<Float> FLOATS =
            species(Integer.getInteger(LANES, FloatVector.SPECIES_PREFERRED.length()));

    /// Numbers in one vector.
    static final int WIDTH = FLOATS.length();

    private static final VectorSpecies<Integer> BITS = FLOATS.withLanes(int.class);
    private static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    private static final VectorShuffle<Float> BY_HALF = rotation(2);
    private static final VectorShuffle<Float> BY_QUARTER = rotation(4);
    private static final VectorShuffle<Float> BY_EIGHTH = rotation(8);
    private static final VectorShuffle<Float> BY_SIXTEENTH = rotation(16);

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfShort BITS16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);

    private Lanes() {}

    /// The species of so many numbers, or of fewer where there is none.
    private static VectorSpecies<Float> species(int lanes) {
        return lanes >= 16
                ? FloatVector.SPECIES_512
                : lanes >= 8
                        ? FloatVector.SPECIES_256
                        : lanes >= 4 ? FloatVector.SPECIES_128 : FloatVector.SPECIES_64;
    }

    private static VectorShuffle<Float> rotation(int parts) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane + WIDTH / parts) % WIDTH);
    }

    /// The sum of all lanes, always in the same order. `reduceLanes` promises none: compiled code
    /// adds in another order than interpreted code, and results would change as a program warms up.
    static float sum(FloatVector v) {
        FloatVector s = v.add(v.rearrange(BY_HALF));
        if (WIDTH >= 4) {
            s = s.add(s.rearrange(BY_QUARTER));
        }
        if (WIDTH >= 8) {
            s = s.add(s.rearrange(BY_EIGHTH));
        }
        if (WIDTH >= 16) {
            s = s.add(s.rearrange(BY_SIXTEENTH));
        }
        return s.lane(0);
    }

    /// The smallest multiple of [#WIDTH] that is not below `n`.
    static int up(int n) {
        return (n + WIDTH - 1) / WIDTH * WIDTH;
    }

    static FloatVector at(float[] a, int i) {
        return FloatVector.fromArray(FLOATS, a, i);
    }

    /// The same segment, seen by the cast that the compiler writes where this is called.
    ///
    /// Until a kernel is compiled, the Vector API reads the bits of a vector through a segment over
    /// a `byte[]`, by the very methods that load from ours and store to them. Their profile then
    /// has segments of two or three kinds, so C2 asks each time which one it is, and takes a store
    /// for one that may have changed any object: what a loop knows of its segment is loaded and
    /// checked again for every vector, in 48 instructions instead of 10. A cast has a profile of
    /// its own, and those of [#at(MemorySegment, long)] and [#put(FloatVector, MemorySegment,
    /// long)] see only what tensors lie in: native memory.
    static <T> T seen(T value) {
        return value;
    }

    static FloatVector at(MemorySegment s, long i) {
        return FloatVector.fromMemorySegment(FLOATS, seen(s), i << 2, ORDER);
    }

    static FloatVector at(MemorySegment s, long i, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(FLOATS, seen(s), i << 2, ORDER, mask);
    }

    static void put(FloatVector v, MemorySegment s, long i) {
        v.intoMemorySegment(seen(s), i << 2, ORDER);
    }

    static void put(FloatVector v, MemorySegment s, long i, VectorMask<Float> mask) {
        v.intoMemorySegment(seen(s), i << 2, ORDER, mask);
    }

    /// The lanes below `n − i`: what is left of a run of `n` numbers from number `i`.
    static VectorMask<Float> rest(int i, int n) {
        return FLOATS.indexInRange(i, n);
    }

    static FloatVector splat(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    static float get(MemorySegment s, long i) {
        return s.get(F32, i << 2);
    }

    static void set(MemorySegment s, long i, float value) {
        s.set(F32, i << 2, value);
    }

    /// Stores `n` numbers of an array that is readable up to the next multiple of [#WIDTH].
    static void put(float[] from, int at, MemorySegment s, long i, int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(from, at + k), s, i + k);
        }
        if (k < n) {
            put(at(from, at + k), s, i + k, rest(k, n));
        }
    }

    /// Loads `n` numbers times `factor` into an array, and zeros up to the next multiple of
    /// [#WIDTH].
    static void take(MemorySegment s, long i, float[] to, int at, int n, float factor) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            at(s, i + k).mul(factor).intoArray(to, at + k);
        }
        if (k < n) {
            at(s, i + k, rest(k, n)).mul(factor).intoArray(to, at + k);
        }
    }

    /// Copies `n` numbers, and zeros up to the next multiple of [#WIDTH].
    static void move(MemorySegment from, long i, MemorySegment to, long at, int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(from, i + k), to, at + k);
        }
        if (k < n) {
            put(at(from, i + k, rest(k, n)), to, at + k);
        }
    }

    static void copy(MemorySegment s, long i, float[] to, int at, int n) {
        MemorySegment.copy(s, F32, i << 2, to, at, n);
    }

    static void copy(float[] from, int at, MemorySegment s, long i, int n) {
        MemorySegment.copy(from, at, s, F32, i << 2, n);
    }

    /// Widens `n` numbers of any floating type, from number `i`, into an array.
    static void widen(
            MemorySegment s, DType dtype, long i, float[] to, int at, int n, Scratch scratch) {
        if (dtype == DType.F32) {
            copy(s, i, to, at, n);
            return;
        }
        switch (dtype) {
            case F16 -> {
                short[] bits = scratch.shorts(n);
                MemorySegment.copy(s, BITS16, i << 1, bits, 0, n);
                for (int k = 0; k < n; k++) {
                    to[at + k] = Float.float16ToFloat(bits[k]);
                }
            }
            case BF16 -> widen(s, i, to, at, n);
            default ->
                    throw new IllegalArgumentException(
                            "cpu: a weight is " + dtype + ", wanted F32, F16 or BF16");
        }
    }

    /// Widens `n` numbers of BF16, the upper halves of float32 numbers, from number `i`. C2 makes
    /// vectors of the loop for F16 by itself, of this one it does not.
    private static void widen(MemorySegment s, long i, float[] to, int at, int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            ShortVector.fromMemorySegment(HALVES, seen(s), (i + k) << 1, ORDER)
                    .convertShape(VectorOperators.ZERO_EXTEND_S2I, BITS, 0)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(to, at + k);
        }
        for (; k < n; k++) {
            to[at + k] = Float.intBitsToFloat(s.get(BITS16, (i + k) << 1) << 16);
        }
    }

    /// Widens `n` int8 numbers, from number `i`, into an array, each times `step`.
    static void scale(
            MemorySegment s, long i, float step, float[] to, int at, int n, Scratch scratch) {
        byte[] bytes = scratch.bytes(n);
        MemorySegment.copy(s, ValueLayout.JAVA_BYTE, i, bytes, 0, n);
        for (int k = 0; k < n; k++) {
            to[at + k] = bytes[k] * step;
        }
    }

    /// A small weight as an array of `size` numbers: what is missing of it, or all if there is
    /// none, is `otherwise`.
    static float[] vector(
            @Nullable Tensor weight, int size, float otherwise, Scratch scratch, Scratch.Use use) {
        float[] values = scratch.floats(use, size);
        int n = 0;
        if (weight != null) {
            n = Math.toIntExact(weight.size());
            widen(weight.segment(), weight.dtype(), 0, values, 0, n, scratch);
        }
        java.util.Arrays.fill(values, n, size, otherwise);
        return values;
    }

    /// Copies a run of whole vectors, one or two, `times` times, one behind the other.
    static void repeat(float[] from, int at, float[] to, int start, int n, int times) {
        FloatVector first = at(from, at);
        FloatVector last = at(from, at + n - WIDTH);
        for (int p = start; p < start + times * n; p += n) {
            first.intoArray(to, p);
            last.intoArray(to, p + n - WIDTH);
        }
    }

    /// Copies a run of any length from memory, `times` times, one behind the other.
    static void repeat(MemorySegment from, long i, float[] to, int at, int n, int times) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            FloatVector v = at(from, i + k);
            for (int t = 0; t < times; t++) {
                v.intoArray(to, at + t * n + k);
            }
        }
        if (k < n) {
            VectorMask<Float> rest = rest(k, n);
            FloatVector v = at(from, i + k, rest);
            for (int t = 0; t < times; t++) {
                v.intoArray(to, at + t * n + k, rest);
            }
        }
    }
}
