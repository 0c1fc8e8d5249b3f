package lightcache4j.bench.cases;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/// Seeded normal numbers in tensors of every floating type.
final class Numbers {
    private final Random random;

    Numbers(long seed) {
        random = new Random(seed);
    }

    /// Normal numbers of deviation 1.
    Tensor normal(long... dims) {
        return spread(1, dims);
    }

    /// Normal numbers of another deviation.
    Tensor spread(double deviation, long... dims) {
        float[] values = new float[Math.toIntExact(Shape.of(dims).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensor.of(values, dims);
    }

    /// A weight as checkpoints have them: scaled by `√fanIn`, of any floating type, and at an odd
    /// address.
    Tensor weight(DType dtype, long fanIn, long... dims) {
        Shape shape = Shape.of(dims);
        long bytes = dtype.bytes(shape.size());
        MemorySegment segment = Arena.ofAuto().allocate(bytes + 1, 1);
        double deviation = 1 / Math.sqrt((double) Math.max(1, fanIn));
        for (long i = 0; i < shape.size(); i++) {
            put(segment, dtype, i, (float) (deviation * random.nextGaussian()));
        }
        return new Tensor(dtype, shape, new HostStorage(segment, Pool.HOST), 1);
    }

    /// The weight of a linear layer in int8, any byte, with another scale for each row, and at an
    /// odd address.
    Tensor scaledWeight(long outputs, long inputs) {
        MemorySegment segment = Arena.ofAuto().allocate(outputs * inputs + 1, 1);
        for (long i = 0; i < outputs * inputs; i++) {
            segment.set(ValueLayout.JAVA_BYTE, 1 + i, (byte) random.nextInt());
        }
        Tensor scale = weight(DType.F32, inputs, outputs);
        HostStorage storage = new HostStorage(segment, Pool.HOST);
        return new Tensor(DType.I8, Shape.of(outputs, inputs), storage, 1).scaled(scale);
    }

    private static void put(MemorySegment segment, DType dtype, long i, float value) {
        ValueLayout.OfShort bits16 =
                ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        ValueLayout.OfFloat bits32 =
                ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        switch (dtype) {
            case F32 -> segment.set(bits32, 1 + 4 * i, value);
            case F16 -> segment.set(bits16, 1 + 2 * i, Float.floatToFloat16(value));
            case BF16 ->
                    segment.set(bits16, 1 + 2 * i, (short) (Float.floatToRawIntBits(value) >> 16));
            default -> throw new IllegalArgumentException("cases: no weights are " + dtype);
        }
    }

    int below(int n) {
        return random.nextInt(n);
    }
}
