package lightcache4j.tensors;

import java.util.Arrays;

/// The lengths of a tensor's axes, outermost first. A shape without axes is a scalar's.
public final class Shape {
    private final long[] dims;
    private final long size;

    private Shape(long[] dims) {
        long product = 1;
        for (long d : dims) {
            if (d < 0) {
                throw new ShapeMismatch("shape", Arrays.toString(dims) + " has a negative length");
            }
            product = Math.multiplyExact(product, d);
        }
        this.dims = dims;
        this.size = product;
    }

    /// @throws ShapeMismatch if a length is negative
    /// @throws ArithmeticException if the number of elements does not fit a `long`
    public static Shape of(long... dims) {
        return new Shape(dims.clone());
    }

    /// Number of axes.
    public int rank() {
        return dims.length;
    }

    /// Length of an axis; negative indices count from the innermost, −1 is the last.
    public long dim(int axis) {
        return dims[axis < 0 ? axis + dims.length : axis];
    }

    /// [#dim] as an `int`.
    ///
    /// @throws ArithmeticException if it does not fit
    public int length(int axis) {
        return Math.toIntExact(dim(axis));
    }

    /// Number of elements.
    public long size() {
        return size;
    }

    /// Number of elements before the last axis: how many rows the tensor has, seen as a matrix.
    public long rows() {
        return dims.length == 0 ? 1 : product(0, dims.length - 1);
    }

    /// Product of the lengths of axes `from` (inclusive) to `to` (exclusive).
    public long product(int from, int to) {
        long product = 1;
        for (int i = from; i < to; i++) {
            product *= dims[i];
        }
        return product;
    }

    /// Whether these are the lengths.
    boolean has(long... lengths) {
        return Arrays.equals(dims, lengths);
    }

    /// A copy in which one axis has another length; negative indices count from the innermost.
    public Shape with(int axis, long length) {
        long[] copy = dims.clone();
        copy[axis < 0 ? axis + dims.length : axis] = length;
        return new Shape(copy);
    }

    /// The lengths, as a fresh array.
    public long[] dims() {
        return dims.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /// As in messages: `[16, 5, 8, 8]`.
    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
