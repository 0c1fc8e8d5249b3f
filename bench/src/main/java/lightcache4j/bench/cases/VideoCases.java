package lightcache4j.bench.cases;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.util.ArrayList;
import java.util.List;

/// Cases of the layers of an autoencoder: convolution, group norm, resampling.
public final class VideoCases {
    private VideoCases() {}

    /// A causal convolution of `[F, H, W, I]` by 3 × 3 × 3 to `O` channels, the first frame
    /// repeated.
    public static OpCase convolution(int frames, int height, int width, int inputs, int outputs) {
        return cubic(Shape.of(frames, height, width, inputs), outputs, false, DType.F32);
    }

    /// As [#convolution(int, int, int, int, int)], but in bfloat16 and with frames before the
    /// first.
    public static OpCase continuedConvolution(
            int frames, int height, int width, int inputs, int outputs) {
        return cubic(Shape.of(frames, height, width, inputs), outputs, true, DType.BF16);
    }

    private static OpCase cubic(Shape input, int outputs, boolean past, DType dtype) {
        Shape kernel = Shape.of(outputs, input.dim(3), 3, 3, 3);
        return convolution(input, kernel, ConvGeometry.same(2, 1), past, dtype);
    }

    static OpCase convolution(
            Shape input, Shape kernel, ConvGeometry geometry, boolean past, DType dtype) {
        Numbers numbers = new Numbers(input.size() * 31 + kernel.size());
        Tensor x = numbers.normal(input.dims());
        Tensor history = past ? numbers.normal(input.with(0, geometry.before()).dims()) : null;
        Tensor weight = numbers.weight(dtype, kernel.product(1, kernel.rank()), kernel.dims());
        Tensor bias = kernel.size() % 2 == 0 ? numbers.weight(dtype, 1, kernel.dim(0)) : null;
        Shape out = geometry.output(input, kernel);
        return new OpCase(
                "conv3d",
                "%s by %s %s%s %s"
                        .formatted(input, kernel, describe(geometry), past ? " past" : "", dtype),
                out,
                SequenceCases.rounding(kernel.product(1, kernel.rank())),
                2.0 * out.size() * kernel.product(1, kernel.rank()),
                4.0 * input.size() + 4.0 * out.size() + dtype.bytes(kernel.size()),
                (ops, y) -> ops.conv3d(y, x, history, weight, bias, geometry));
    }

    private static String describe(ConvGeometry g) {
        return "before %d stride %d,%d,%d pad %d,%d,%d,%d"
                .formatted(
                        g.before(),
                        g.strideFrames(),
                        g.strideRows(),
                        g.strideColumns(),
                        g.top(),
                        g.bottom(),
                        g.left(),
                        g.right())
                .concat(g.scale() == 1 ? "" : " enlarged " + g.scale());
    }

    /// The statistics of a group norm of `[F, H, W, C]`.
    public static OpCase groupStatistics(
            int frames, int height, int width, int channels, int groups, boolean perFrame) {
        // A mean far from zero, where a careless variance would cancel.
        Tensor x =
                shifted(new Numbers(frames * 31L + channels), 5, frames, height, width, channels);
        int pieces = perFrame ? frames : 1;
        return new OpCase(
                "groupStatistics",
                "%s groups %d%s".formatted(x.shape(), groups, perFrame ? " per frame" : ""),
                Shape.of(pieces, groups, 2),
                1e-12,
                0,
                4.0 * x.size(),
                (ops, out) -> ops.groupStatistics(out, x, groups, 1e-6f));
    }

    private static Tensor shifted(Numbers numbers, float by, long... dims) {
        float[] values = numbers.normal(dims).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += by;
        }
        return Tensor.of(values, dims);
    }

    /// The second half of a group norm, with its activation.
    public static OpCase groupNormalize(
            int frames,
            int height,
            int width,
            int channels,
            int groups,
            boolean perFrame,
            Activation activation) {
        Numbers numbers = new Numbers(height * 31L + channels);
        Tensor x = numbers.normal(frames, height, width, channels);
        Tensor statistics = numbers.normal(perFrame ? frames : 1, groups, 2);
        Tensor weight = numbers.weight(DType.BF16, 1, channels);
        Tensor bias = numbers.weight(DType.F32, 1, channels);
        return new OpCase(
                "groupNormalize",
                "%s groups %d%s %s"
                        .formatted(x.shape(), groups, perFrame ? " per frame" : "", activation),
                x.shape(),
                1e-12,
                0,
                8.0 * x.size(),
                (ops, out) -> ops.groupNormalize(out, x, statistics, weight, bias, activation));
    }

    static OpCase nearest(Shape input, int frames, int rows, int columns) {
        Tensor x = new Numbers(input.size()).normal(input.dims());
        Shape out =
                Shape.of(
                        input.dim(0) * frames,
                        input.dim(1) * rows,
                        input.dim(2) * columns,
                        input.dim(3));
        return new OpCase(
                "upsampleNearest",
                "%s by %d,%d,%d".formatted(input, frames, rows, columns),
                out,
                0,
                0,
                4.0 * (x.size() + out.size()),
                (ops, y) -> ops.upsampleNearest(y, x, frames, rows, columns));
    }

    static OpCase framesLinear(Shape input) {
        Tensor x = new Numbers(input.size()).normal(input.dims());
        Shape out = input.with(0, 2 * input.dim(0));
        return new OpCase(
                "upsampleFramesLinear",
                input.toString(),
                out,
                1e-14,
                0,
                4.0 * (x.size() + out.size()),
                (ops, y) -> ops.upsampleFramesLinear(y, x));
    }

    /// All cases that tests compare.
    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        convolutions(cases);
        int[] channels = {1, 3, 8, 16, 24, 33, 128};
        for (int c : channels) {
            int groups = c % 8 == 0 ? 8 : c % 3 == 0 ? 3 : 1;
            for (boolean perFrame : new boolean[] {true, false}) {
                cases.add(groupStatistics(3, 17, 19, c, groups, perFrame));
                cases.add(groupNormalize(3, 5, 7, c, groups, perFrame, Activation.SILU));
            }
        }
        cases.add(groupStatistics(1, 1, 1, 4, 2, true));
        cases.add(groupNormalize(2, 33, 31, 16, 4, true, Activation.NONE));
        cases.add(groupNormalize(0, 3, 3, 16, 4, false, Activation.NONE));
        cases.add(nearest(Shape.of(2, 3, 5, 7), 1, 2, 2));
        cases.add(nearest(Shape.of(1, 1, 1, 1), 3, 2, 1));
        cases.add(nearest(Shape.of(3, 4, 2, 16), 2, 2, 2));
        cases.add(nearest(Shape.of(0, 4, 2, 16), 2, 2, 2));
        cases.add(framesLinear(Shape.of(1, 2, 3, 5)));
        cases.add(framesLinear(Shape.of(4, 5, 3, 7)));
        cases.add(framesLinear(Shape.of(3, 40, 40, 16)));
        return cases;
    }

    private static void convolutions(List<OpCase> cases) {
        int[] channels = {1, 3, 5, 16, 17, 48, 100};
        for (int i = 0; i < channels.length; i++) {
            int outputs = channels[(i + 3) % channels.length];
            cases.add(convolution(2, 5, 7, channels[i], outputs));
        }
        cases.add(convolution(1, 1, 1, 3, 4));
        cases.add(convolution(5, 8, 8, 64, 64));
        cases.add(convolution(2, 3, 140, 4, 6)); // a row longer than a block
        cases.add(convolution(1, 2, 3, 150, 20)); // more inputs than a block of steps
        cases.add(convolution(2, 6, 261, 17, 5)); // two blocks of tiles in a row, the last of one
        cases.add(convolution(2, 3, 9, 400, 6)); // so many channels that a row is cut
        cases.add(convolution(2, 19, 12, 16, 100)); // blocks of rows, the last lower
        ConvGeometry causal = ConvGeometry.same(2, 1);
        Shape cube = Shape.of(6, 4, 3, 3, 3);
        cases.add(convolution(Shape.of(3, 6, 5, 4), cube, causal, true, DType.F16));
        cases.add(convolution(Shape.of(1, 6, 5, 4), cube, causal, true, DType.BF16));
        ConvGeometry spatial = new ConvGeometry(0, 1, 2, 2, 0, 1, 0, 1);
        Shape square = Shape.of(7, 5, 3, 3);
        cases.add(convolution(Shape.of(2, 9, 8, 5), square, spatial, false, DType.F32));
        cases.add(
                convolution(
                        Shape.of(5, 9, 8, 4),
                        cube,
                        new ConvGeometry(2, 2, 2, 2, 0, 1, 0, 1),
                        false,
                        DType.F32));
        cases.add(
                convolution(
                        Shape.of(4, 6, 5, 4),
                        cube,
                        new ConvGeometry(2, 2, 1, 1, 1, 1, 1, 1),
                        true,
                        DType.F32));
        cases.add(convolution(Shape.of(3, 6, 5, 4), cube, causal.enlarging(2), true, DType.F32));
        cases.add(
                convolution(
                        Shape.of(2, 5, 11, 17),
                        Shape.of(20, 17, 3, 3, 3),
                        causal.enlarging(2),
                        false,
                        DType.F32));
        cases.add(
                convolution(Shape.of(2, 7, 4, 5), square, spatial.enlarging(3), false, DType.F32));
        cases.add(
                convolution(
                        Shape.of(3, 6, 8, 5),
                        Shape.of(40, 5, 2, 2),
                        ConvGeometry.patches(2),
                        false,
                        DType.BF16));
        cases.add(
                convolution(
                        Shape.of(2, 5, 4, 12),
                        Shape.of(9, 12, 1, 1, 1),
                        ConvGeometry.same(0, 0),
                        false,
                        DType.F16));
        cases.add(
                convolution(
                        Shape.of(4, 3, 3, 6),
                        Shape.of(6, 6, 3, 1, 1),
                        ConvGeometry.same(2, 0),
                        true,
                        DType.F32));
        cases.add(
                convolution(
                        Shape.of(2, 4, 4, 3),
                        Shape.of(2, 3, 1, 5, 3),
                        new ConvGeometry(0, 1, 3, 2, 4, 3, 0, 5),
                        false,
                        DType.F32));
    }
}
