package lightcache4j.kernels.reference;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The numbers of a tensor in host memory, one by one, whatever floating type they are stored in.
final class Elements {
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BITS16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;
    private final DType dtype;
    private final @Nullable Elements scale;
    private final long rowSize;

    private Elements(Tensor tensor) {
        this.segment = tensor.segment();
        this.dtype = tensor.dtype();
        this.scale = tensor.scale() == null ? null : of(tensor.scale());
        this.rowSize = scale == null ? 0 : tensor.shape().product(1, tensor.shape().rank());
    }

    static Elements of(Tensor tensor) {
        return new Elements(tensor);
    }

    /// Element `i` in row-major order, widened.
    float get(long i) {
        return switch (dtype) {
            case F32 -> segment.get(F32, i * Float.BYTES);
            case F16 -> Float.float16ToFloat(segment.get(BITS16, i * Short.BYTES));
            case BF16 -> Float.intBitsToFloat(segment.get(BITS16, i * Short.BYTES) << 16);
            default -> scaled(i);
        };
    }

    /// See [Tensor#scaled].
    private float scaled(long i) {
        if (scale == null) {
            throw new IllegalArgumentException(
                    "reference: a tensor is " + dtype + ", wanted F32, F16, BF16 or scaled I8");
        }
        byte q = segment.get(ValueLayout.JAVA_BYTE, i);
        return (float) (q * (double) scale.get(i / rowSize) / 127);
    }

    /// Rounds `value` to float32 and stores it as element `i`; the tensor is F32.
    void set(long i, double value) {
        segment.set(F32, i * Float.BYTES, (float) value);
    }
}
