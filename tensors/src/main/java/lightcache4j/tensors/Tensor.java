package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// An immutable handle on numbers in row-major order: shape, type, and the bytes they live in.
///
/// Tensors are always contiguous. [#reshape] and [#rows] are views of the same storage; everything
/// that reorders elements is an operation with a result of its own. Who frees the bytes is the
/// [Workspace] that allocated them; weights belong to their checkpoint.
///
/// Activations are channels-last: `[L, D]` for tokens, `[F, H, W, C]` for video, so that a frame, a
/// row or a token is one piece of memory, and a video becomes tokens by a reshape.
public final class Tensor {
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DType dtype;
    private final Shape shape;
    private final Storage storage;
    private final long offset;
    private final @Nullable Tensor scale;
    private @Nullable MemorySegment part; // of the storage, once somebody wanted it

    /// @param offset where the first element stands, in bytes from the start of the storage
    public Tensor(DType dtype, Shape shape, Storage storage, long offset) {
        this(dtype, shape, storage, offset, null);
    }

    private Tensor(DType dtype, Shape shape, Storage storage, long offset, @Nullable Tensor scale) {
        if (offset < 0 || offset + dtype.bytes(shape.size()) > storage.byteSize()) {
            throw new ShapeMismatch(
                    "tensor",
                    "%s %s at byte %d does not fit a storage of %d bytes"
                            .formatted(dtype, shape, offset, storage.byteSize()));
        }
        this.dtype = dtype;
        this.shape = shape;
        this.storage = storage;
        this.offset = offset;
        this.scale = scale;
    }

    /// A tensor over an array, outside every workspace: for constants, inputs and tests. Never
    /// freed by hand.
    public static Tensor of(float[] values, long... dims) {
        Tensor t = onJavaHeap(DType.F32, Shape.of(dims), values.length);
        MemorySegment.copy(values, 0, t.segment(), F32, 0, values.length);
        return t;
    }

    /// A tensor of [DType#I32] over an array, outside every workspace.
    public static Tensor of(int[] values, long... dims) {
        Tensor t = onJavaHeap(DType.I32, Shape.of(dims), values.length);
        MemorySegment.copy(values, 0, t.segment(), I32, 0, values.length);
        return t;
    }

    private static Tensor onJavaHeap(DType dtype, Shape shape, int length) {
        if (shape.size() != length) {
            throw new ShapeMismatch("tensor", length + " values do not fill " + shape);
        }
        MemorySegment bytes =
                java.lang.foreign.Arena.ofAuto().allocate(Math.max(1, dtype.bytes(length)), 64);
        return new Tensor(dtype, shape, new HostStorage(bytes, Pool.HOST), 0);
    }

    public DType dtype() {
        return dtype;
    }

    public Shape shape() {
        return shape;
    }

    public Storage storage() {
        return storage;
    }

    /// Where the first element stands, in bytes from the start of the storage.
    public long offset() {
        return offset;
    }

    /// The same bytes as a weight: `q` in row `r` of the outermost axis stands for `q · scale[r] /
    /// 127` (LLM.int8, arXiv:2208.07339). Views of its rows take their part of the scale along.
    ///
    /// @param perRow F32, one number for each row
    /// @throws ShapeMismatch if it is not that, or this is not I8
    public Tensor scaled(Tensor perRow) {
        require(DType.I8, "scaled");
        perRow.require(DType.F32, "scaled");
        if (shape.rank() == 0 || !perRow.shape.equals(Shape.of(shape.dim(0)))) {
            throw new ShapeMismatch(
                    "scaled", "scale is " + perRow.shape + ", wanted one for each row of " + shape);
        }
        return new Tensor(dtype, shape, storage, offset, perRow);
    }

    /// What 127 stands for in each row, see [#scaled]; null where numbers stand for themselves.
    public @Nullable Tensor scale() {
        return scale;
    }

    /// Number of elements.
    public long size() {
        return shape.size();
    }

    /// Length of an axis; negative indices count from the innermost.
    public long dim(int axis) {
        return shape.dim(axis);
    }

    /// Bytes that the elements take.
    public long byteSize() {
        return dtype.bytes(shape.size());
    }

    /// The bytes of a tensor that lives in the process's address space, element 0 first.
    ///
    /// @throws IllegalStateException if it lives on a device, or its workspace is closed
    public MemorySegment segment() {
        if (storage instanceof HostStorage host) {
            MemorySegment bytes = host.segment();
            if (offset == 0 && byteSize() == bytes.byteSize()) {
                return bytes;
            }
            MemorySegment mine = part;
            if (mine == null) {
                mine = bytes.asSlice(offset, byteSize());
                part = mine;
            }
            return mine;
        }
        throw new IllegalStateException(
                "tensor: is in "
                        + storage.pool().label()
                        + ", wanted host memory; download it first");
    }

    /// The same elements under another shape. One length may be −1: it is worked out.
    ///
    /// @throws ShapeMismatch if the numbers of elements differ, or that of rows with a scale would
    public Tensor reshape(long... dims) {
        int open = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == -1) {
                open = i;
            } else {
                known *= dims[i];
            }
        }
        long[] wanted = dims;
        if (open >= 0 && known > 0) {
            wanted = dims.clone();
            wanted[open] = size() / known;
            known *= wanted[open];
        }
        boolean sameRows = scale == null || (wanted.length > 0 && wanted[0] == shape.dim(0));
        if (known != size() || !sameRows) {
            throw new ShapeMismatch("reshape", shape + " has no shape " + Arrays.toString(dims));
        }
        return shape.has(wanted)
                ? this
                : new Tensor(dtype, Shape.of(wanted), storage, offset, scale);
    }

    /// The view of entries `from` (inclusive) to `to` (exclusive) along the outermost axis.
    ///
    /// @throws ShapeMismatch if they are not in range
    public Tensor rows(long from, long to) {
        if (shape.rank() == 0 || from < 0 || from > to || to > shape.dim(0)) {
            throw new ShapeMismatch("rows", shape + " has no rows " + from + " to " + to);
        }
        long stride = dtype.bytes(shape.product(1, shape.rank()));
        Tensor ofThese = scale == null ? null : scale.rows(from, to);
        Shape cut = shape.with(0, to - from);
        return new Tensor(dtype, cut, storage, offset + from * stride, ofThese);
    }

    /// The view of one entry of the outermost axis, without that axis.
    public Tensor row(long index) {
        long[] inner = Arrays.copyOfRange(shape.dims(), 1, shape.rank());
        return rows(index, index + 1).reshape(inner);
    }

    /// The entry along the outermost axis of `whole` at which this view of some of its entries
    /// begins.
    ///
    /// @throws ShapeMismatch if this is no view of `whole`
    @SuppressWarnings("ReferenceEquality") // storages are told apart by identity
    public long rowWithin(Tensor whole) {
        long stride = dtype.bytes(shape.product(1, shape.rank()));
        long distance = offset - whole.offset;
        boolean within =
                storage == whole.storage
                        && distance >= 0
                        && offset + byteSize() <= whole.offset + whole.byteSize();
        if (!within || (stride > 0 && distance % stride != 0)) {
            throw new ShapeMismatch("rows", this + " is no part of " + whole);
        }
        return stride == 0 ? 0 : distance / stride;
    }

    /// The values of a float32 tensor in host memory, copied.
    public float[] toFloats() {
        require(DType.F32, "toFloats");
        float[] values = new float[Math.toIntExact(size())];
        MemorySegment.copy(segment(), F32, 0, values, 0, values.length);
        return values;
    }

    /// The values of an int32 tensor in host memory, copied.
    public int[] toInts() {
        require(DType.I32, "toInts");
        int[] values = new int[Math.toIntExact(size())];
        MemorySegment.copy(segment(), I32, 0, values, 0, values.length);
        return values;
    }

    private void require(DType wanted, String operation) {
        if (dtype != wanted) {
            throw new ShapeMismatch(operation, "tensor is " + dtype + ", wanted " + wanted);
        }
    }

    /// As in messages: `F32 [16, 5, 8, 8]`.
    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
