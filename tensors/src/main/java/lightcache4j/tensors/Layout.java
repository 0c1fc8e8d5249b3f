package lightcache4j.tensors;

import java.util.Arrays;
import java.util.List;

/// Operations that move elements without changing them, as free functions in the current
/// [Workspace]. Axes count from the outermost, 0; negative ones from the innermost, −1.
public final class Layout {
    private Layout() {}

    private static Ops ops() {
        return Workspace.current().backend().ops();
    }

    /// Tensors one after the other along `axis`.
    ///
    /// @throws ShapeMismatch if they differ in another axis
    public static Tensor concat(int axis, Tensor... parts) {
        return concat(axis, List.of(parts));
    }

    /// Tensors one after the other along `axis`.
    ///
    /// @throws ShapeMismatch if there are none, or they differ in another axis
    public static Tensor concat(int axis, List<Tensor> parts) {
        Require.that(!parts.isEmpty(), "concat", () -> "there is nothing to join");
        Tensor first = parts.getFirst();
        int along = axis < 0 ? axis + first.shape().rank() : axis;
        long length = 0;
        for (Tensor part : parts) {
            Require.floats("concat", part);
            Require.that(
                    part.shape().rank() == first.shape().rank()
                            && part.shape().with(along, 0).equals(first.shape().with(along, 0)),
                    "concat",
                    () ->
                            "%s does not join %s along axis %d"
                                    .formatted(part.shape(), first.shape(), along));
            length += part.dim(along);
        }
        Shape shape = first.shape().with(along, length);
        Tensor out = Workspace.current().allocate(DType.F32, shape);
        ops().concat(out, parts, along);
        return out;
    }

    /// Entries `from` (inclusive) to `to` (exclusive) along `axis`, copied; [Tensor#rows] is the
    /// view for axis 0.
    ///
    /// @throws ShapeMismatch if they are not in range
    public static Tensor slice(Tensor x, int axis, long from, long to) {
        int along = axis < 0 ? axis + x.shape().rank() : axis;
        Require.floats("slice", x);
        Require.that(
                from >= 0 && from <= to && to <= x.dim(along),
                "slice",
                () ->
                        "%s has no entries %d to %d on axis %d"
                                .formatted(x.shape(), from, to, along));
        Tensor out = Workspace.current().allocate(DType.F32, x.shape().with(along, to - from));
        ops().slice(out, x, along, from);
        return out;
    }

    /// The tensor whose axis `i` is axis `order[i]` of `x`.
    ///
    /// @throws ShapeMismatch if `order` is no permutation of the axes
    public static Tensor permute(Tensor x, int... order) {
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        boolean each = sorted.length == x.shape().rank();
        for (int i = 0; each && i < sorted.length; i++) {
            each = sorted[i] == i;
        }
        Require.that(each, "permute", () -> x.shape() + " has no order " + Arrays.toString(order));
        long[] dims = Arrays.stream(order).mapToLong(x::dim).toArray();
        Tensor out = Workspace.current().allocate(x.dtype(), Shape.of(dims));
        ops().permute(out, x, order);
        return out;
    }

    /// `[C, F, H, W]`, as checkpoints' papers and files have videos, to `[F, H, W, C]`, as the
    /// engine computes.
    public static Tensor channelsLast(Tensor x) {
        return permute(x, 1, 2, 3, 0);
    }

    /// `[F, H, W, C]` to `[C, F, H, W]`.
    public static Tensor channelsFirst(Tensor x) {
        return permute(x, 3, 0, 1, 2);
    }

    /// A float32 copy in the memory of the backend, of a tensor of any floating type anywhere.
    public static Tensor widen(Tensor x) {
        Require.weights("widen", x);
        Tensor out = Workspace.current().allocate(DType.F32, x.shape());
        ops().widen(out, x);
        return out;
    }
}
