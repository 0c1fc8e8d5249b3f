package lightcache4j.cli;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Elements of a tensor in host memory, of any type whose values are numbers.
final class Elements {
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DType dtype;
    private final MemorySegment bytes;

    Elements(Tensor tensor) {
        this.dtype = tensor.dtype();
        this.bytes = tensor.segment();
    }

    /// Element `i` in row-major order.
    ///
    /// @throws ShapeMismatch if the type is none that this reads
    double at(long i) {
        return switch (dtype) {
            case F64 -> bytes.get(F64, 8 * i);
            case F32 -> bytes.get(F32, 4 * i);
            case F16 -> Float.float16ToFloat(bytes.get(I16, 2 * i));
            case BF16 -> Float.intBitsToFloat(bytes.get(I16, 2 * i) << 16);
            case I64, U64 -> bytes.get(I64, 8 * i);
            case I32 -> bytes.get(I32, 4 * i);
            case U32 -> Integer.toUnsignedLong(bytes.get(I32, 4 * i));
            case I16 -> bytes.get(I16, 2 * i);
            case U16 -> Short.toUnsignedInt(bytes.get(I16, 2 * i));
            case I8 -> bytes.get(ValueLayout.JAVA_BYTE, i);
            case U8, BOOL -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
            default ->
                    throw new ShapeMismatch(
                            "values", "tensor is " + dtype + ", wanted numbers of 8 bits or more");
        };
    }

    /// A copy as float32.
    static Tensor floats(Tensor tensor) {
        Elements elements = new Elements(tensor);
        float[] values = new float[Math.toIntExact(tensor.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) elements.at(i);
        }
        return Tensor.of(values, tensor.shape().dims());
    }

    /// A copy as int32.
    ///
    /// @throws ArithmeticException if a value does not fit
    static Tensor ints(Tensor tensor) {
        Elements elements = new Elements(tensor);
        int[] values = new int[Math.toIntExact(tensor.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact((long) elements.at(i));
        }
        return Tensor.of(values, tensor.shape().dims());
    }
}
