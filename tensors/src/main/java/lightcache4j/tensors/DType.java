package lightcache4j.tensors;

/// Element types, by the names that safetensors gives them.
///
/// Arithmetic is always float32; the other floating types only store weights, and kernels widen
/// them as they read. Types whose elements are not whole bytes ([#F4], [#F6_E2M3], [#F6_E3M2]) can
/// be listed and copied, never computed with.
public enum DType {
    F64(64),
    F32(32),
    F16(16),
    BF16(16),
    F8_E4M3(8),
    F8_E5M2(8),
    F8_E8M0(8),
    F8_E4M3FNUZ(8),
    F8_E5M2FNUZ(8),
    F6_E2M3(6),
    F6_E3M2(6),
    F4(4),
    C64(64),
    I64(64),
    I32(32),
    I16(16),
    I8(8),
    U64(64),
    U32(32),
    U16(16),
    U8(8),
    BOOL(8);

    private final int bits;

    DType(int bits) {
        this.bits = bits;
    }

    /// Bits that one element takes.
    public int bits() {
        return bits;
    }

    /// Whether the type holds real numbers that every backend widens to float32 when it reads a
    /// weight.
    public boolean isFloating() {
        return this == F32 || this == F16 || this == BF16;
    }

    /// Bytes that `elements` elements take.
    ///
    /// @throws ArithmeticException if the number does not fit a `long`, or is not whole
    public long bytes(long elements) {
        long total = Math.multiplyExact(elements, (long) bits);
        if (total % 8 != 0) {
            throw new ArithmeticException(
                    elements + " elements of " + this + " are no whole bytes");
        }
        return total / 8;
    }
}
