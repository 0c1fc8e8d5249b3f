package lightcache4j.kernels.reference;

import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// Convolution and resampling of video `[F, H, W, C]`.
final class Video {
    private Video() {}

    static void conv3d(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        Elements y = Elements.of(out); // [F', H', W', O]
        long rows = out.dim(1);
        long columns = out.dim(2);
        long outputs = out.dim(3);
        for (long i = 0; i < out.size(); i++) {
            long o = i % outputs;
            long column = i / outputs % columns;
            long row = i / outputs / columns % rows;
            long frame = i / outputs / columns / rows;
            double sum = bias == null ? 0 : Elements.of(bias).get(o);
            for (long dt = 0; dt < depth(weight); dt++) {
                long t = frame * geometry.strideFrames() - geometry.before() + dt;
                long top = row * geometry.strideRows() - geometry.top();
                long left = column * geometry.strideColumns() - geometry.left();
                Tensor source = t < 0 && history != null ? history : x;
                long at = t >= 0 ? t : history != null ? history.dim(0) + t : 0;
                sum += window(source, at, top, left, geometry.scale(), weight, o, dt);
            }
            y.set(i, sum);
        }
    }

    private static long depth(Tensor weight) {
        return weight.shape().rank() == 5 ? weight.dim(2) : 1;
    }

    /// What one frame adds to output channel `o`: the kernel's plane `dt` on the window at `top`,
    /// `left` of the enlarged frame.
    private static double window(
            Tensor x, long frame, long top, long left, int scale, Tensor weight, long o, long dt) {
        Elements a = Elements.of(x); // [F, H, W, I]
        Elements w = Elements.of(weight); // [O, I, kt, kh, kw]
        long inputs = x.dim(3);
        long kh = weight.dim(-2);
        long kw = weight.dim(-1);
        double sum = 0;
        for (long dh = 0; dh < kh; dh++) {
            for (long dw = 0; dw < kw; dw++) {
                long row = Math.floorDiv(top + dh, scale);
                long column = Math.floorDiv(left + dw, scale);
                if (row < 0 || row >= x.dim(1) || column < 0 || column >= x.dim(2)) {
                    continue; // beyond the border are zeros
                }
                for (long c = 0; c < inputs; c++) {
                    long at = ((frame * x.dim(1) + row) * x.dim(2) + column) * inputs + c;
                    long tap = (((o * inputs + c) * depth(weight) + dt) * kh + dh) * kw + dw;
                    sum += (double) a.get(at) * w.get(tap);
                }
            }
        }
        return sum;
    }

    static void upsampleNearest(Tensor out, Tensor x, int frames, int rows, int columns) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        long channels = out.dim(3);
        for (long i = 0; i < out.size(); i++) {
            long c = i % channels;
            long column = i / channels % out.dim(2) / columns;
            long row = i / channels / out.dim(2) % out.dim(1) / rows;
            long frame = i / channels / out.dim(2) / out.dim(1) / frames;
            y.set(i, a.get(((frame * x.dim(1) + row) * x.dim(2) + column) * channels + c));
        }
    }

    static void upsampleFramesLinear(Tensor out, Tensor x) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        long size = x.shape().product(1, 4);
        for (long frame = 0; frame < out.dim(0); frame++) {
            double place = Math.max((frame + 0.5) / 2 - 0.5, 0);
            long lower = (long) place;
            long upper = Math.min(lower + 1, x.dim(0) - 1);
            double share = place - lower;
            for (long i = 0; i < size; i++) {
                double value =
                        a.get(lower * size + i) * (1 - share) + a.get(upper * size + i) * share;
                y.set(frame * size + i, value);
            }
        }
    }
}
