package lightcache4j.model.run.swap;

import lightcache4j.tensors.DType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Float32 to the bits that are kept of it, and back.
final class Precision {
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort BITS16 = ValueLayout.JAVA_SHORT_UNALIGNED;

    private Precision() {}

    /// Rounds to the nearest, ties to even; what is too large becomes infinite, NaN stays NaN.
    ///
    /// @param rest F16 or BF16
    static void narrow(MemorySegment from, MemorySegment to, DType rest) {
        long count = from.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            float x = from.getAtIndex(F32, i);
            to.setAtIndex(BITS16, i, rest == DType.F16 ? Float.floatToFloat16(x) : toBrainFloat(x));
        }
    }

    /// Exact.
    static void widen(MemorySegment from, MemorySegment to, DType rest) {
        long count = to.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            short bits = from.getAtIndex(BITS16, i);
            float x =
                    rest == DType.F16
                            ? Float.float16ToFloat(bits)
                            : Float.intBitsToFloat(bits << Short.SIZE);
            to.setAtIndex(F32, i, x);
        }
    }

    private static short toBrainFloat(float x) {
        int bits = Float.floatToIntBits(x); // one pattern for all NaNs, whose upper half is NaN too
        int half = 0x7fff + (bits >>> Short.SIZE & 1);
        return (short) (Float.isNaN(x) ? bits >>> Short.SIZE : (bits + half) >>> Short.SIZE);
    }
}
