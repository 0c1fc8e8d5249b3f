package lightcache4j.kernels.vector;

import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Operations that move numbers: whole runs where neighbours stay neighbours, else one by one.
final class Movement {
    private static final ValueLayout.OfByte B1 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort B2 = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt B4 = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong B8 = ValueLayout.JAVA_LONG_UNALIGNED;

    /// Bytes of a run that are not parted: a cache line.
    private static final int LINE = 64;

    private Movement() {}

    static void concat(Team team, Tensor out, List<Tensor> parts, int axis) {
        long inner = out.shape().product(axis + 1, out.shape().rank()) * Float.BYTES;
        long outer = out.shape().product(0, axis);
        long start = 0;
        for (Tensor part : parts) {
            long run = part.dim(axis) * inner;
            runs(team, part, 0, run, out, start, out.dim(axis) * inner, run, outer);
            start += run;
        }
    }

    static void slice(Team team, Tensor out, Tensor x, int axis, long from) {
        long inner = x.shape().product(axis + 1, x.shape().rank()) * Float.BYTES;
        long outer = x.shape().product(0, axis);
        long run = out.dim(axis) * inner;
        runs(team, x, from * inner, x.dim(axis) * inner, out, 0, run, run, outer);
    }

    /// Copies `count` runs of `run` bytes, which lie a stride apart on either side. A run may be
    /// parted between threads too, since often there is only one.
    private static void runs(
            Team team,
            Tensor from,
            long fromStart,
            long fromStride,
            Tensor to,
            long toStart,
            long toStride,
            long run,
            long count) {
        MemorySegment source = from.segment();
        MemorySegment target = to.segment();
        long lines = Math.ceilDiv(run, LINE);
        team.share(
                count * lines,
                LINE / Float.BYTES,
                (first, last, scratch) -> {
                    long line = first;
                    while (line < last) {
                        long i = line / lines;
                        long end = Math.min(last, (i + 1) * lines);
                        long start = (line - i * lines) * LINE;
                        MemorySegment.copy(
                                source,
                                fromStart + i * fromStride + start,
                                target,
                                toStart + i * toStride + start,
                                Math.min(run, (end - i * lines) * LINE) - start);
                        line = end;
                    }
                });
    }

    /// One axis of the result, or several that are neighbours in the source too.
    private record Dimension(long length, long stride) {}

    static void permute(Team team, Tensor out, Tensor x, int[] order) {
        if (x.dtype().bits() % 8 != 0) {
            throw new IllegalArgumentException(
                    "permute: elements are " + x.dtype() + ", wanted whole bytes");
        }
        List<Dimension> dims = dimensions(x, order);
        Dimension last = dims.isEmpty() ? new Dimension(1, 1) : dims.removeLast();
        int bytes = x.dtype().bits() / 8;
        long rows = out.size() == 0 ? 0 : out.size() / last.length();
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        team.share(
                rows,
                last.length(),
                (first, end, scratch) -> {
                    for (long row = first; row < end; row++) {
                        long source = source(dims, row);
                        move(
                                from,
                                source,
                                last.stride(),
                                to,
                                row * last.length(),
                                last.length(),
                                bytes);
                    }
                });
    }

    /// The axes of the result with their strides in the source; those that can be walked as one are
    /// one.
    private static List<Dimension> dimensions(Tensor x, int[] order) {
        List<Dimension> dims = new ArrayList<>();
        for (int axis : order) {
            long length = x.dim(axis);
            long stride = x.shape().product(axis + 1, x.shape().rank());
            if (length == 1) {
                continue;
            }
            if (!dims.isEmpty() && dims.getLast().stride() == length * stride) {
                length *= dims.removeLast().length();
            }
            dims.add(new Dimension(length, stride));
        }
        return dims;
    }

    private static long source(List<Dimension> dims, long row) {
        long at = 0;
        long rest = row;
        for (int i = dims.size() - 1; i >= 0; i--) {
            Dimension dim = dims.get(i);
            at += rest % dim.length() * dim.stride();
            rest /= dim.length();
        }
        return at;
    }

    /// `n` elements of `bytes` bytes that lie `stride` apart, one after the other.
    private static void move(
            MemorySegment from,
            long at,
            long stride,
            MemorySegment to,
            long start,
            long n,
            int bytes) {
        if (stride == 1) {
            MemorySegment.copy(from, at * bytes, to, start * bytes, n * bytes);
            return;
        }
        for (long i = 0; i < n; i++) {
            long a = (at + i * stride) * bytes;
            long b = (start + i) * bytes;
            switch (bytes) {
                case 1 -> to.set(B1, b, from.get(B1, a));
                case 2 -> to.set(B2, b, from.get(B2, a));
                case 4 -> to.set(B4, b, from.get(B4, a));
                default -> to.set(B8, b, from.get(B8, a));
            }
        }
    }

    static void embedding(Team team, Tensor out, Tensor table, Tensor ids) {
        int width = table.shape().length(1);
        int[] wanted = ids.toInts();
        MemorySegment to = out.segment();
        MemorySegment rows = table.segment();
        team.share(
                wanted.length,
                width,
                (first, last, scratch) -> {
                    float[] row = scratch.floats(Scratch.Use.LEFT, width);
                    for (int l = (int) first; l < last; l++) {
                        long from = (long) wanted[l] * width;
                        Lanes.widen(rows, table.dtype(), from, row, 0, width, scratch);
                        Lanes.copy(row, 0, to, (long) l * width, width);
                    }
                });
    }
}
