package lightcache4j.kernels.gpu;

import static lightcache4j.kernels.gpu.Call.ints;
import static lightcache4j.kernels.gpu.Call.number;

import lightcache4j.tensors.Tensor;

import java.util.List;

/// How operations that move elements become launches: rotations, resampling, fading, joining,
/// cutting.
final class Movements {
    private Movements() {}

    static void rope(Call call, Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {
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

    static void upsampleNearest(
            Call call, Tensor out, Tensor x, int frames, int rows, int columns) {
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

    static void upsampleFramesLinear(Call call, Tensor out, Tensor x) {
        int size = number(x.shape().product(1, 4));
        int[] ints = ints(call.out(out), call.in(x), size, number(x.dim(0)));
        call.each(Kernel.UPSAMPLE_FRAMES_LINEAR, out.size(), ints);
    }

    static void crossfade(Call call, Tensor out, Tensor a, Tensor b, int axis) {
        int inner = number(a.shape().product(axis + 1, a.shape().rank()));
        int[] ints = ints(call.out(out), call.in(a), call.in(b), inner, number(a.dim(axis)));
        call.each(Kernel.CROSSFADE, out.size(), ints);
    }

    static void concat(Call call, Tensor out, List<Tensor> parts, int axis) {
        long inner = out.shape().product(axis + 1, out.shape().rank());
        int step = number(out.dim(axis) * inner);
        int at = call.out(out);
        for (Tensor part : parts) {
            int run = number(part.dim(axis) * inner);
            call.each(Kernel.RUNS, part.size(), ints(at, call.in(part), run, step, run));
            at += run;
        }
    }

    static void slice(Call call, Tensor out, Tensor x, int axis, long from) {
        long inner = x.shape().product(axis + 1, x.shape().rank());
        int run = number(out.dim(axis) * inner);
        int start = call.in(x) + number(from * inner);
        int[] ints = ints(call.out(out), start, run, run, number(x.dim(axis) * inner));
        call.each(Kernel.RUNS, out.size(), ints);
    }

    /// Of types that are as wide as float32: the bits of an element are not looked at.
    static void permute(Call call, Tensor out, Tensor x, int[] order) {
        int rank = order.length;
        if (x.dtype().bits() != Float.SIZE || rank > Device.LONGEST_SHAPE) {
            throw new IllegalArgumentException(
                    "gpu: permute of %s, wanted elements of 32 bits and at most %d axes"
                            .formatted(x, Device.LONGEST_SHAPE));
        }
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
