package lightcache4j.weights;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The numbers of a tensor of any dtype as float32: for looking at and comparing, not for
/// computing, where backends widen what they read.
///
/// Integers and float64 round to the nearest, ties to even. The eight-bit types are those of the
/// OCP 8-bit Floating Point Specification 1.0 (E4M3, E5M2), of the OCP Microscaling Formats 1.0
/// (E8M0), and the variants without infinities and without −0 of arXiv 2206.02915 (FNUZ). BOOL is 1
/// for any byte but 0. C64 is no number of one part, and F4 and F6 share bytes: those are refused.
public final class Elements {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE);
    private static final ValueLayout.OfShort I16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);
    private static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;

    private final DType dtype;
    private final MemorySegment bytes;
    private final long size;

    private Elements(Tensor tensor) {
        this.dtype = tensor.dtype();
        this.bytes = tensor.segment();
        this.size = tensor.size();
    }

    /// The elements of a tensor in host memory or in a mapped file.
    ///
    /// @throws ShapeMismatch if its dtype is C64, F4 or F6
    public static Elements of(Tensor tensor) {
        if (!isNumber(tensor.dtype())) {
            throw new ShapeMismatch(
                    "elements",
                    "tensor is %s, wanted a dtype of single numbers in whole bytes"
                            .formatted(tensor));
        }
        return new Elements(tensor);
    }

    /// All elements of a tensor, copied.
    ///
    /// @throws ShapeMismatch if its dtype is C64, F4 or F6, or it has more than 2³¹ − 1 elements
    public static float[] toFloats(Tensor tensor) {
        Elements elements = of(tensor);
        if (elements.size > Integer.MAX_VALUE) {
            throw new ShapeMismatch(
                    "elements",
                    "tensor is %s, wanted fewer than 2^31 elements; read it piece by piece"
                            .formatted(tensor));
        }
        float[] values = new float[(int) elements.size];
        for (int i = 0; i < values.length; i++) {
            values[i] = elements.at(i);
        }
        return values;
    }

    /// Whether tensors of this dtype can be read as single numbers.
    public static boolean isNumber(DType dtype) {
        return dtype != DType.C64 && dtype.bits() >= Byte.SIZE;
    }

    /// Number of elements.
    public long size() {
        return size;
    }

    /// Element `index` in row-major order.
    public float at(long index) {
        return switch (dtype) {
            case F64 -> (float) Double.longBitsToDouble(bytes.get(I64, 8 * index));
            case F32 -> Float.intBitsToFloat(bytes.get(I32, 4 * index));
            case F16 -> Float.float16ToFloat(bytes.get(I16, 2 * index));
            case BF16 -> Float.intBitsToFloat(bytes.get(I16, 2 * index) << 16);
            case F8_E4M3 -> e4m3(octet(index));
            case F8_E5M2 -> Float.float16ToFloat((short) (octet(index) << 8));
            case F8_E8M0 -> octet(index) == 0xff ? Float.NaN : Math.scalb(1f, octet(index) - 127);
            case F8_E4M3FNUZ -> fnuz(octet(index), 3, 8);
            case F8_E5M2FNUZ -> fnuz(octet(index), 2, 16);
            case I64 -> bytes.get(I64, 8 * index);
            case I32 -> bytes.get(I32, 4 * index);
            case I16 -> bytes.get(I16, 2 * index);
            case I8 -> bytes.get(I8, index);
            case U64 -> unsigned(bytes.get(I64, 8 * index));
            case U32 -> Integer.toUnsignedLong(bytes.get(I32, 4 * index));
            case U16 -> Short.toUnsignedInt(bytes.get(I16, 2 * index));
            case U8 -> octet(index);
            case BOOL -> octet(index) == 0 ? 0 : 1;
            case C64, F4, F6_E2M3, F6_E3M2 -> throw new AssertionError(dtype);
        };
    }

    private int octet(long index) {
        return Byte.toUnsignedInt(bytes.get(I8, index));
    }

    // Java has no such cast. Halved, the value fits; the bit that falls off stays as one that is
    // not
    // zero, so that rounding still sees whether anything is there.
    private static float unsigned(long value) {
        return value >= 0 ? value : 2 * (float) ((value >>> 1) | (value & 1));
    }

    private static float e4m3(int code) {
        return (code & 0x7f) == 0x7f ? Float.NaN : minifloat(code, 3, 7);
    }

    private static float fnuz(int code, int fraction, int bias) {
        return code == 0x80 ? Float.NaN : minifloat(code, fraction, bias);
    }

    /// Sign, exponent and `fraction` bits of fraction, subnormal where the exponent is 0.
    private static float minifloat(int code, int fraction, int bias) {
        int exponent = (code & 0x7f) >> fraction;
        int mantissa = code & ((1 << fraction) - 1);
        int leading = exponent == 0 ? 0 : 1 << fraction;
        float value =
                Math.scalb((float) (mantissa + leading), Math.max(1, exponent) - bias - fraction);
        return code >= 0x80 ? -value : value;
    }
}
