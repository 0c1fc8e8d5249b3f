package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Every operation as launches of kernels: which one, by how many work groups, with which sizes and
/// places. Operations are computed one after the other, whichever thread asks.
final class GpuOps implements Ops {
    private final Device device;
    private final DeviceHeap heap;
    private final Residence residence;

    GpuOps(Device device, DeviceHeap heap, Residence residence) {
        this.device = device;
        this.heap = heap;
        this.residence = residence;
    }

    private Call call() {
        return new Call(device, heap, residence);
    }

    private static int number(long value) {
        return Math.toIntExact(value);
    }

    private static int[] ints(int... values) {
        return values;
    }

    @Override
    public void linear(
            Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        try (Call call = call()) {
            Layers.linear(call, out, x, weight, bias, activation);
        }
    }

    @Override
    public void attention(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        try (Call call = call()) {
            Layers.attention(call, out, q, k, v, heads, kvHeads, scale, causal, bias);
        }
    }

    @Override
    public void rope(Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {
        try (Call call = call()) {
            int[] ints =
                    ints(
                            call.out(out),
                            call.in(x),
                            call.in(cos),
                            call.in(sin),
                            number(x.dim(1)),
                            number(cos.dim(1)),
                            interleaved ? 1 : 0);
            call.each(Kernel.ROPE, x.size() / 2, ints);
        }
    }

    /// Only the rows that are wanted come up: a table may have more than all other weights.
    @Override
    public void embedding(Tensor out, Tensor table, Tensor ids) {
        int[] wanted = ids.toInts();
        long bytes = table.dtype().bytes(table.dim(1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate(Math.max(1, wanted.length * bytes), 64);
            for (int i = 0; i < wanted.length; i++) {
                MemorySegment.copy(table.segment(), wanted[i] * bytes, rows, i * bytes, bytes);
            }
            Shape shape = Shape.of(wanted.length, table.dim(1));
            widen(out, new Tensor(table.dtype(), shape, new HostStorage(rows, Pool.HOST), 0));
        }
    }

    @Override
    public void layerNorm(
            Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        try (Call call = call()) {
            Layers.layerNorm(call, out, x, weight, bias, eps);
        }
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        try (Call call = call()) {
            Layers.rmsNorm(call, out, x, weight, eps);
        }
    }

    @Override
    public void groupStatistics(Tensor out, Tensor x, int groups, float eps) {
        try (Call call = call()) {
            Layers.groupStatistics(call, out, x, groups, eps);
        }
    }

    @Override
    public void groupNormalize(
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        try (Call call = call()) {
            Layers.groupNormalize(call, out, x, statistics, weight, bias, activation);
        }
    }

    @Override
    public void conv3d(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry g) {
        try (Call call = call()) {
            Layers.conv3d(call, out, x, history, weight, bias, g);
        }
    }

    @Override
    public void upsampleNearest(Tensor out, Tensor x, int frames, int rows, int columns) {
        try (Call call = call()) {
            int[] ints =
                    ints(
                            call.out(out),
                            call.in(x),
                            number(out.dim(1)),
                            number(out.dim(2)),
                            number(out.dim(3)),
                            frames,
                            rows,
                            columns);
            call.each(Kernel.UPSAMPLE_NEAREST, out.size(), ints);
        }
    }

    @Override
    public void upsampleFramesLinear(Tensor out, Tensor x) {
        try (Call call = call()) {
            int size = number(x.shape().product(1, 4));
            int[] ints = ints(call.out(out), call.in(x), size, number(x.dim(0)));
            call.each(Kernel.UPSAMPLE_FRAMES_LINEAR, out.size(), ints);
        }
    }

    @Override
    public void add(Tensor out, Tensor a, Tensor b) {
        repeated(Kernel.ADD, out, a, b);
    }

    @Override
    public void multiply(Tensor out, Tensor a, Tensor b) {
        repeated(Kernel.MULTIPLY, out, a, b);
    }

    private void repeated(Kernel kernel, Tensor out, Tensor a, Tensor b) {
        try (Call call = call()) {
            int[] ints = ints(call.out(out), call.in(a), call.in(b), number(b.size()));
            call.each(kernel, out.size(), ints);
        }
    }

    @Override
    public void combine(Tensor out, float alpha, Tensor a, float beta, Tensor b) {
        try (Call call = call()) {
            int[] ints = ints(call.out(out), call.in(a), call.in(b));
            call.each(Kernel.COMBINE, out.size(), ints, alpha, beta);
        }
    }

    @Override
    public void affine(Tensor out, Tensor a, float alpha, float beta) {
        try (Call call = call()) {
            call.each(Kernel.AFFINE, out.size(), ints(call.out(out), call.in(a)), alpha, beta);
        }
    }

    @Override
    public void clamp(Tensor out, Tensor a, float low, float high) {
        try (Call call = call()) {
            call.each(Kernel.CLAMP, out.size(), ints(call.out(out), call.in(a)), low, high);
        }
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation) {
        try (Call call = call()) {
            int[] ints = ints(call.out(out), call.in(x), ActivationKernels.number(activation));
            call.each(Kernel.ACTIVATE, out.size(), ints);
        }
    }

    @Override
    public void modulate(Tensor out, Tensor x, Tensor shift, Tensor scale) {
        try (Call call = call()) {
            int width = number(shift.size());
            int[] ints = ints(call.out(out), call.in(x), call.in(shift), call.in(scale), width);
            call.each(Kernel.MODULATE, out.size(), ints);
        }
    }

    @Override
    public void gatedSum(Tensor out, Tensor x, Tensor gate, Tensor y) {
        try (Call call = call()) {
            int width = number(gate.size());
            int[] ints = ints(call.out(out), call.in(x), call.in(gate), call.in(y), width);
            call.each(Kernel.GATED_SUM, out.size(), ints);
        }
    }

    @Override
    public void crossfade(Tensor out, Tensor a, Tensor b, int axis) {
        try (Call call = call()) {
            int inner = number(a.shape().product(axis + 1, a.shape().rank()));
            int[] ints = ints(call.out(out), call.in(a), call.in(b), inner, number(a.dim(axis)));
            call.each(Kernel.CROSSFADE, out.size(), ints);
        }
    }

    @Override
    public void concat(Tensor out, List<Tensor> parts, int axis) {
        try (Call call = call()) {
            long inner = out.shape().product(axis + 1, out.shape().rank());
            int step = number(out.dim(axis) * inner);
            int at = call.out(out);
            for (Tensor part : parts) {
                int run = number(part.dim(axis) * inner);
                call.each(Kernel.RUNS, part.size(), ints(at, call.in(part), run, step, run));
                at += run;
            }
        }
    }

    @Override
    public void slice(Tensor out, Tensor x, int axis, long from) {
        try (Call call = call()) {
            long inner = x.shape().product(axis + 1, x.shape().rank());
            int run = number(out.dim(axis) * inner);
            int start = call.in(x) + number(from * inner);
            int[] ints = ints(call.out(out), start, run, run, number(x.dim(axis) * inner));
            call.each(Kernel.RUNS, out.size(), ints);
        }
    }

    /// Of types that are as wide as float32: the bits of an element are not looked at.
    @Override
    public void permute(Tensor out, Tensor x, int[] order) {
        int rank = order.length;
        if (x.dtype().bits() != Float.SIZE || rank > Device.LONGEST_SHAPE) {
            throw new IllegalArgumentException(
                    "gpu: permute of %s, wanted elements of 32 bits and at most %d axes"
                            .formatted(x, Device.LONGEST_SHAPE));
        }
        try (Call call = call()) {
            int[] ints = new int[3 + 2 * rank];
            ints[0] = call.out(out);
            ints[1] = call.in(x);
            ints[2] = rank;
            for (int i = 0; i < rank; i++) {
                ints[3 + i] = number(out.dim(i));
                ints[3 + rank + i] = number(x.shape().product(order[i] + 1, rank));
            }
            call.each(Kernel.PERMUTE, out.size(), ints);
        }
    }

    @Override
    public void widen(Tensor out, Tensor x) {
        try (Call call = call()) {
            Residence.Placed w = call.weight(x);
            int[] ints = ints(call.out(out), w.table(), w.start());
            call.each(Kernel.WIDEN, out.size(), ints);
        }
    }

    @Override
    public Moments moments(Tensor x) {
        try (Call call = call()) {
            return Measures.moments(call, x);
        }
    }

    @Override
    public double absoluteDifference(Tensor a, Tensor b) {
        try (Call call = call()) {
            return Measures.absoluteDifference(call, a, b);
        }
    }
}
