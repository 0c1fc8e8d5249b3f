package lightcache4j.tests.parity;

import lightcache4j.tensors.Tensor;

import java.util.Arrays;

/// Numbers with a shape, on the Java heap: what a fixture holds, or what the engine computed.
///
/// @param numbers row-major
/// @param shape lengths of the axes, outermost first
@SuppressWarnings("ArrayRecordComponent") // never compared by equals
public record Values(float[] numbers, long[] shape) {

    public Values {
        long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        if (size != numbers.length) {
            throw new IllegalArgumentException(
                    "values: %d numbers do not fill %s"
                            .formatted(numbers.length, Arrays.toString(shape)));
        }
    }

    /// A copy of a float32 tensor in host memory.
    public static Values of(Tensor tensor) {
        return new Values(tensor.toFloats(), tensor.shape().dims());
    }

    /// The length of the leading axis.
    public int batch() {
        return Math.toIntExact(shape[0]);
    }

    /// Entry `index` of the leading axis, without that axis.
    public Values sample(int index) {
        int size = numbers.length / batch();
        return new Values(
                Arrays.copyOfRange(numbers, index * size, (index + 1) * size),
                Arrays.copyOfRange(shape, 1, shape.length));
    }

    /// `[C, F, H, W]` to `[F, H, W, C]`.
    public Values channelsLast() {
        return permute(1, 2, 3, 0);
    }

    /// `[F, H, W, C]` to `[C, F, H, W]`.
    public Values channelsFirst() {
        return permute(3, 0, 1, 2);
    }

    /// The same without axes of length 1.
    public Values squeezed() {
        return new Values(numbers, Arrays.stream(shape).filter(length -> length != 1).toArray());
    }

    /// The values whose axis `i` is axis `order[i]` of these.
    public Values permute(int... order) {
        int rank = shape.length;
        long[] strides = new long[rank];
        long stride = 1;
        for (int i = rank - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        long[] to = Arrays.stream(order).mapToLong(axis -> shape[axis]).toArray();
        float[] out = new float[numbers.length];
        long[] index = new long[rank];
        for (int n = 0; n < out.length; n++) {
            long from = 0;
            for (int i = 0; i < rank; i++) {
                from += index[i] * strides[order[i]];
            }
            out[n] = numbers[Math.toIntExact(from)];
            for (int i = rank - 1; i >= 0 && ++index[i] == to[i]; i--) {
                index[i] = 0;
            }
        }
        return new Values(out, to);
    }

    /// These, then `more`, along the leading axis; all other lengths are equal.
    public Values then(Values more) {
        float[] joined = Arrays.copyOf(numbers, numbers.length + more.numbers.length);
        System.arraycopy(more.numbers, 0, joined, numbers.length, more.numbers.length);
        long[] lengths = shape.clone();
        lengths[0] += more.shape[0];
        return new Values(joined, lengths);
    }

    /// A float32 tensor outside every workspace.
    public Tensor tensor() {
        return Tensor.of(numbers, shape);
    }

    /// An int32 tensor outside every workspace, of values that are whole numbers.
    public Tensor ids() {
        return Tensor.of(ints(), shape);
    }

    /// The values as whole numbers.
    public int[] ints() {
        int[] whole = new int[numbers.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (int) numbers[i];
            if (whole[i] != numbers[i]) {
                throw new IllegalArgumentException("values: " + numbers[i] + ", wanted an integer");
            }
        }
        return whole;
    }

    /// As in messages: `[16, 5, 8, 8]`.
    @Override
    public String toString() {
        return Arrays.toString(shape);
    }
}
