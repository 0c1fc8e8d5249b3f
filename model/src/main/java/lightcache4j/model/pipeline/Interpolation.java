package lightcache4j.model.pipeline;

import lightcache4j.tensors.Tensor;

/// Resampling of masks, which are small and live in host memory: PyTorch's `interpolate` in mode
/// `trilinear`.
public final class Interpolation {
    private Interpolation() {}

    /// A float32 volume `[F, H, W]` resampled to other lengths.
    ///
    /// @param alignCorners whether first and last samples coincide, instead of the outer edges of
    ///   their cells
    public static Tensor trilinear(
            Tensor x, int frames, int rows, int columns, boolean alignCorners) {
        Tensor y = alongAxis(x, 0, frames, alignCorners);
        y = alongAxis(y, 1, rows, alignCorners);
        return alongAxis(y, 2, columns, alignCorners);
    }

    private static Tensor alongAxis(Tensor x, int axis, int length, boolean alignCorners) {
        int inner = Math.toIntExact(x.shape().product(axis + 1, 3));
        int outer = Math.toIntExact(x.shape().product(0, axis));
        int from = x.shape().length(axis);
        float[] in = x.toFloats();
        float[] out = new float[outer * length * inner];
        for (int i = 0; i < length; i++) {
            float position = source(i, from, length, alignCorners);
            int low = (int) position;
            int high = Math.min(low + 1, from - 1);
            float weight = position - low;
            for (int o = 0; o < outer; o++) {
                for (int n = 0; n < inner; n++) {
                    float a = in[(o * from + low) * inner + n];
                    float b = in[(o * from + high) * inner + n];
                    out[(o * length + i) * inner + n] = a * (1 - weight) + b * weight;
                }
            }
        }
        return Tensor.of(out, x.shape().with(axis, length).dims());
    }

    /// Where sample `i` of `to` stands among `from`.
    private static float source(int i, int from, int to, boolean alignCorners) {
        if (alignCorners) {
            return to == 1 ? 0 : i * ((from - 1f) / (to - 1));
        }
        return Math.max(0, (i + 0.5f) * ((float) from / to) - 0.5f);
    }
}
