package lightcache4j.cli.trace;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Moves of axes of tensors in host memory.
final class HostLayout {
    private HostLayout() {}

    /// `[C, F, H, W]` to `[F, H, W, C]`.
    static Tensor channelsLast(Tensor x) {
        long channels = x.dim(0);
        Tensor moved = transposed(x, channels, x.size() / Math.max(1, channels));
        return moved.reshape(x.dim(1), x.dim(2), x.dim(3), channels);
    }

    /// `[F, H, W, C]` to `[C, F, H, W]`.
    static Tensor channelsFirst(Tensor x) {
        long channels = x.dim(3);
        Tensor moved = transposed(x, x.size() / Math.max(1, channels), channels);
        return moved.reshape(channels, x.dim(0), x.dim(1), x.dim(2));
    }

    private static Tensor transposed(Tensor x, long rows, long columns) {
        float[] from = x.toFloats();
        float[] to = new float[from.length];
        int r = Math.toIntExact(rows);
        int c = Math.toIntExact(columns);
        for (int i = 0; i < r; i++) {
            for (int j = 0; j < c; j++) {
                to[j * r + i] = from[i * c + j];
            }
        }
        return Tensor.of(to, columns, rows);
    }

    /// Tensors of one inner shape, one after the other along the outermost axis.
    static Tensor joined(List<Tensor> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long rows = parts.stream().mapToLong(part -> part.dim(0)).sum();
        Shape shape = parts.getFirst().shape().with(0, rows);
        return filled(parts, shape);
    }

    /// Tensors of one shape under a new outermost axis.
    static Tensor stacked(List<Tensor> parts) {
        long[] inner = parts.getFirst().shape().dims();
        long[] dims = new long[inner.length + 1];
        dims[0] = parts.size();
        System.arraycopy(inner, 0, dims, 1, inner.length);
        return filled(parts, Shape.of(dims));
    }

    private static Tensor filled(List<Tensor> parts, Shape shape) {
        Tensor all = Tensor.of(new float[Math.toIntExact(shape.size())], shape.dims());
        long at = 0;
        for (Tensor part : parts) {
            MemorySegment.copy(part.segment(), 0, all.segment(), at, part.byteSize());
            at += part.byteSize();
        }
        return all;
    }

    /// The inner shape: all axes but the outermost.
    static List<Long> inner(Tensor x) {
        return Arrays.stream(x.shape().dims()).skip(1).boxed().toList();
    }
}
