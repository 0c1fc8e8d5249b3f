package lightcache4j.kernels.gpu;

import static lightcache4j.kernels.gpu.Call.ints;
import static lightcache4j.kernels.gpu.Call.number;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How the layers that do arithmetic become launches: products, attention, norms.
final class Layers {
    /// Up to this many rows, a linear layer is bound by reading its weight.
    private static final int FEW_ROWS = 4;

    /// Numbers that a work group of group statistics adds up, about.
    private static final int SPAN = 1 << 15;

    private Layers() {}

    private static long ceil(long a, long b) {
        return (a + b - 1) / b;
    }

    /// Products with few rows have a kernel of their own.
    static void linear(
            Call call,
            Tensor out,
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            Activation activation) {
        Residence.Placed w = call.weight(weight);
        Residence.Placed b = call.weight(bias);
        Tensor scale = weight.scale();
        long m = x.dim(0);
        long n = weight.dim(0);
        int[] ints = {
            number(m),
            number(n),
            number(x.dim(1)),
            call.out(out),
            call.in(x),
            w.table(),
            w.start(),
            b.table(),
            b.start(),
            ActivationKernels.number(activation),
            0,
            0,
            scale == null ? -1 : call.weight(scale).start()
        };
        if (m <= FEW_ROWS) {
            call.groups(Kernel.PRODUCT_ROWS, ceil(n, ProductKernels.ITEMS), m, ints);
        } else {
            TensorProducts.Left left = new TensorProducts.Left(m, 0, -1, x.dim(1), 1);
            Products.compute(call, weight, left, ints);
        }
    }

    /// Heads wider than a launch can hold take several, each with its columns of the result.
    static void attention(
            Call call,
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        int length = number(q.dim(0));
        int keys = number(k.dim(0));
        int width = number(q.dim(1) / heads);
        boolean perHead = bias != null && bias.shape().rank() == 3;
        boolean perQuery = bias != null && bias.dim(-2) == length && (perHead || length > 1);
        int[] ints = {
            length,
            keys,
            call.out(out),
            call.in(q),
            call.in(k),
            call.in(v),
            heads,
            kvHeads,
            width,
            0,
            0,
            causal ? 1 : 0,
            call.inOrNone(bias),
            perHead ? number((long) length * keys) : 0,
            perQuery ? keys : 0
        };
        boolean suits = TensorAttention.suits(call, ints);
        if (suits
                && TensorAttention.isWorth(call, ints)
                && TensorAttention.compute(call, ints, scale)) {
            return;
        }
        if (!suits || !call.tensorCores().isTuned()) {
            inBlocks(call, ints, scale);
            return;
        }
        Tuning.Way blocks =
                new Tuning.Way(
                        "blocks",
                        () -> {
                            inBlocks(call, ints, scale);
                            return true;
                        });
        Tuning.Way tensorCores =
                new Tuning.Way(
                        "tensor cores, parts " + call.tensorCores().parts(),
                        () -> TensorAttention.compute(call, ints, scale));
        String shape = "attention.%dx%d.%dof%d".formatted(length, keys, heads, width);
        call.tuning()
                .compute(
                        call,
                        shape,
                        List.of(blocks, tensorCores),
                        new Tuning.Result(ints[2], out.size()));
    }

    private static void inBlocks(Call call, int[] of, float scale) {
        int width = of[8];
        for (int from = 0; from < width; from += AttentionKernels.WIDEST) {
            of[9] = from;
            of[10] = Math.min(AttentionKernels.WIDEST, width - from);
            call.groups(Kernel.ATTENTION, ceil(of[0], AttentionKernels.QUERIES), of[6], of, scale);
        }
    }

    /// A work group for each row.
    static void layerNorm(
            Call call,
            Tensor out,
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps) {
        Residence.Placed w = call.weight(weight);
        Residence.Placed b = call.weight(bias);
        int[] ints =
                ints(
                        number(x.dim(-1)),
                        call.out(out),
                        call.in(x),
                        w.table(),
                        w.start(),
                        b.table(),
                        b.start());
        call.groups(Kernel.LAYER_NORM, x.shape().rows(), 1, ints, eps);
    }

    /// A work group for each row.
    static void rmsNorm(Call call, Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        Residence.Placed w = call.weight(weight);
        int[] ints = ints(number(x.dim(-1)), call.out(out), call.in(x), w.table(), w.start());
        call.groups(Kernel.RMS_NORM, x.shape().rows(), 1, ints, eps);
    }

    /// Spans of a group first, then their union: see [NormKernels].
    static void groupStatistics(Call call, Tensor out, Tensor x, int groups, float eps) {
        if (out.size() == 0) {
            return;
        }
        int channels = number(x.dim(3));
        int each = channels / groups;
        int pieces = number(out.dim(0));
        int positions = number(x.shape().rows() / pieces);
        int ofSpan = Math.max(1, Math.min(positions, SPAN / each));
        int spans = number(ceil(positions, ofSpan));
        long all = (long) pieces * groups * spans;
        int partial = call.room(2 * all);
        int[] ints = ints(spans, partial, call.in(x), channels, each, positions, ofSpan);
        call.groups(Kernel.GROUP_SPANS, all, 1, ints);
        ints = ints(call.out(out), partial, spans, each, positions, ofSpan);
        call.each(Kernel.GROUP_STATISTICS, (long) pieces * groups, ints, eps);
    }

    /// A work item for each element.
    static void groupNormalize(
            Call call,
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        Residence.Placed w = call.weight(weight);
        Residence.Placed b = call.weight(bias);
        int[] ints =
                ints(
                        call.out(out),
                        call.in(x),
                        call.in(statistics),
                        w.table(),
                        w.start(),
                        b.table(),
                        b.start(),
                        number(x.dim(3)),
                        number(statistics.dim(1)),
                        number(x.size() / Math.max(1, statistics.dim(0))),
                        ActivationKernels.number(activation));
        call.each(Kernel.GROUP_NORMALIZE, x.size(), ints);
    }

    /// The product of [#linear], with a left matrix that is never built.
    static void conv3d(
            Call call,
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry g) {
        long taps = ConvolutionWeights.taps(weight);
        Residence.Placed w = call.weight(weight, taps);
        Residence.Placed b = call.weight(bias);
        long positions = out.shape().rows();
        long outputs = out.dim(3);
        int[] ints = {
            number(positions),
            number(outputs),
            number(taps * x.dim(3)),
            call.out(out),
            call.in(x),
            w.table(),
            w.start(),
            b.table(),
            b.start(),
            ActivationKernels.number(Activation.NONE),
            0,
            1,
            number(x.dim(1)),
            number(x.dim(2)),
            number(x.dim(3)),
            number(out.dim(1)),
            number(out.dim(2)),
            number(weight.dim(-2)),
            number(weight.dim(-1)),
            g.strideFrames(),
            g.strideRows(),
            g.strideColumns(),
            g.before(),
            g.top(),
            g.left(),
            call.inOrNone(history),
            g.scale()
        };
        TensorProducts.Left left =
                new TensorProducts.Left(
                        x.shape().rows(), TensorProducts.rows(history), ints[25], x.dim(3), taps);
        Products.compute(call, weight, left, ints);
    }
}
