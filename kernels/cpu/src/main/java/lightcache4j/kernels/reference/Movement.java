package lightcache4j.kernels.reference;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Operations that move elements without changing them.
final class Movement {
    private Movement() {}

    static void concat(Tensor out, List<Tensor> parts, int axis) {
        Elements y = Elements.of(out);
        long inner = out.shape().product(axis + 1, out.shape().rank());
        long length = out.dim(axis);
        long start = 0;
        for (Tensor part : parts) {
            Elements a = Elements.of(part);
            for (long i = 0; i < part.size(); i++) {
                long run = part.dim(axis) * inner;
                y.set(i / run * length * inner + start * inner + i % run, a.get(i));
            }
            start += part.dim(axis);
        }
    }

    static void slice(Tensor out, Tensor x, int axis, long from) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        long inner = x.shape().product(axis + 1, x.shape().rank());
        long run = out.dim(axis) * inner;
        for (long i = 0; i < out.size(); i++) {
            y.set(i, a.get(i / run * x.dim(axis) * inner + from * inner + i % run));
        }
    }

    static void permute(Tensor out, Tensor x, int[] order) {
        if (x.dtype().bits() % 8 != 0) {
            throw new IllegalArgumentException(
                    "permute: elements are " + x.dtype() + ", wanted whole bytes");
        }
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        long bytes = x.dtype().bytes(1);
        for (long i = 0; i < out.size(); i++) {
            MemorySegment.copy(
                    from, source(i, out.shape(), x.shape(), order) * bytes, to, i * bytes, bytes);
        }
    }

    /// Where element `i` of the result stands in the source: its indices, read in the other order.
    private static long source(long i, Shape out, Shape x, int[] order) {
        long at = 0;
        long rest = i;
        for (int axis = out.rank() - 1; axis >= 0; axis--) {
            long index = rest % out.dim(axis);
            rest /= out.dim(axis);
            at += index * x.product(order[axis] + 1, x.rank());
        }
        return at;
    }
}
