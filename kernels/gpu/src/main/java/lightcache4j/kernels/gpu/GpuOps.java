package lightcache4j.kernels.gpu;

import static lightcache4j.kernels.gpu.Call.ints;
import static lightcache4j.kernels.gpu.Call.number;

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
            Movements.rope(call, out, x, cos, sin, interleaved);
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
            Movements.upsampleNearest(call, out, x, frames, rows, columns);
        }
    }

    @Override
    public void upsampleFramesLinear(Tensor out, Tensor x) {
        try (Call call = call()) {
            Movements.upsampleFramesLinear(call, out, x);
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
            Movements.crossfade(call, out, a, b, axis);
        }
    }

    @Override
    public void concat(Tensor out, List<Tensor> parts, int axis) {
        try (Call call = call()) {
            Movements.concat(call, out, parts, axis);
        }
    }

    @Override
    public void slice(Tensor out, Tensor x, int axis, long from) {
        try (Call call = call()) {
            Movements.slice(call, out, x, axis, from);
        }
    }

    @Override
    public void permute(Tensor out, Tensor x, int[] order) {
        try (Call call = call()) {
            Movements.permute(call, out, x, order);
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
