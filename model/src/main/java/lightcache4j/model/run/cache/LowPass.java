package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.multiply;
import static lightcache4j.tensors.Functional.linear;
import static lightcache4j.tensors.Layout.permute;

import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

/// The low frequencies of every frame and channel: of the two-dimensional Fourier transform over
/// rows and columns, what lies within `r = ⌊min(h, w) / 5⌋` of frequency 0 (`_split_low_high_freq`
/// of diffusers).
///
/// A circle around 0 is the same under a change of either sign, so that a real basis does: sines
/// and cosines along each axis up to frequency `r`, and a mask over pairs of them. Letters: `M = 2r
/// + 1` waves along an axis.
///
/// @param rows waves along a column, `[M, h]`
/// @param columns waves along a row, `[M, w]`
/// @param mask 1 where a pair of waves lies in the circle, `[M, M]`
record LowPass(Tensor rows, Tensor columns, Tensor mask) {
    private static final int SHARE = 5;

    /// For latents `[f, h, w, C]`.
    static LowPass of(Tensor latents) {
        int h = Math.toIntExact(latents.dim(1));
        int w = Math.toIntExact(latents.dim(2));
        int radius = Math.min(h, w) / SHARE;
        return new LowPass(waves(radius, h), waves(radius, w), circle(radius));
    }

    /// The low frequencies of `x` `[f, h, w, C]`.
    Tensor apply(Tensor x) {
        long f = x.dim(0);
        long c = x.dim(3);
        long h = x.dim(1);
        long w = x.dim(2);
        long m = mask.dim(0);
        Tensor y = permute(x, 0, 3, 1, 2).reshape(f * c * h, w); // [f·C·h, w]
        y = linear(y, columns, null).reshape(f * c, h, m); // [f·C, h, M]
        y = permute(y, 0, 2, 1).reshape(f * c * m, h); // [f·C·M, h]
        y = linear(y, rows, null).reshape(f * c, m, m); // [f·C, M, M]
        y = multiply(y, Workspace.current().upload(mask)).reshape(f * c * m, m);
        y = linear(y, transposed(rows), null).reshape(f * c, m, h); // [f·C, M, h]
        y = permute(y, 0, 2, 1).reshape(f * c * h, m); // [f·C·h, M]
        y = linear(y, transposed(columns), null).reshape(f, c, h, w); // [f, C, h, w]
        return permute(y, 0, 2, 3, 1); // [f, h, w, C]
    }

    /// Wave `2k − 1` is the cosine and wave `2k` the sine of frequency `k`, wave 0 is flat; each of
    /// length 1.
    private static Tensor waves(int radius, int length) {
        float[] values = new float[(2 * radius + 1) * length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.sqrt(1.0 / length);
            for (int k = 1; k <= radius; k++) {
                double angle = 2 * Math.PI * k * i / length;
                double size = Math.sqrt(2.0 / length);
                values[(2 * k - 1) * length + i] = (float) (size * Math.cos(angle));
                values[2 * k * length + i] = (float) (size * Math.sin(angle));
            }
        }
        return Tensor.of(values, 2 * radius + 1, length);
    }

    private static Tensor circle(int radius) {
        int m = 2 * radius + 1;
        float[] values = new float[m * m];
        for (int i = 0; i < m * m; i++) {
            int across = (i % m + 1) / 2;
            int down = (i / m + 1) / 2;
            values[i] = across * across + down * down <= radius * radius ? 1 : 0;
        }
        return Tensor.of(values, m, m);
    }

    private static Tensor transposed(Tensor waves) {
        int m = Math.toIntExact(waves.dim(0));
        int n = Math.toIntExact(waves.dim(1));
        float[] from = waves.toFloats();
        float[] values = new float[m * n];
        for (int i = 0; i < m * n; i++) {
            values[i % n * m + i / n] = from[i];
        }
        return Tensor.of(values, n, m);
    }
}
