package lightcache4j.model.pipeline;

import lightcache4j.tensors.ShapeMismatch;

/// Resampling of a picture as Pillow does it by default, to the same bytes: cubic convolution (Keys
/// 1981, `a = −½`) widened by the scale where a picture shrinks, one pass across and one down, each
/// rounded to 8 bits, with weights in fixed point of 22 fractional bits.
///
/// Conditioning images go through it, since diffusers hands them to Pillow.
public final class BicubicResize {
    private static final int FRACTION_BITS = 22;
    private static final double SUPPORT = 2;

    private BicubicResize() {}

    /// Resizes interleaved 8-bit samples.
    ///
    /// @param pixels `[height, width, channels]`, each 0 to 255
    /// @return `[toHeight, toWidth, channels]`; `pixels` itself if the size is the same
    /// @throws ShapeMismatch if `pixels` has not `height · width · channels` entries or a length is
    ///   not positive
    public static byte[] resize(
            byte[] pixels, int height, int width, int channels, int toHeight, int toWidth) {
        if (pixels.length != (long) height * width * channels || toHeight < 1 || toWidth < 1) {
            throw new ShapeMismatch(
                    "resize",
                    "%d samples as %dx%dx%d to %dx%d do not fit"
                            .formatted(pixels.length, height, width, channels, toHeight, toWidth));
        }
        // The order that Pillow 13 takes; since each pass rounds, it shows.
        if (height > toHeight && height - toHeight > 2 * (width - toWidth)) {
            byte[] down = down(pixels, height, width, channels, toHeight);
            return across(down, toHeight, width, channels, toWidth);
        }
        byte[] across = across(pixels, height, width, channels, toWidth);
        return down(across, height, toWidth, channels, toHeight);
    }

    private static byte[] across(byte[] in, int height, int width, int channels, int to) {
        return width == to ? in : pass(in, height, width, to, channels, width * channels, channels);
    }

    private static byte[] down(byte[] in, int height, int width, int channels, int to) {
        return height == to
                ? in
                : pass(in, width, height, to, channels, channels, width * channels);
    }

    /// One pass along an axis of length `from`, whose neighbours are `stride` samples apart, for
    /// each of `lines` lines that are `lineStride` apart in the input.
    private static byte[] pass(
            byte[] in, int lines, int from, int to, int channels, int lineStride, int stride) {
        byte[] out = new byte[lines * to * channels];
        boolean across = stride == channels;
        int outLine = across ? to * channels : channels;
        int outStride = across ? channels : lines * channels;
        for (int i = 0; i < to; i++) {
            Taps taps = Taps.of(i, from, to);
            for (int line = 0; line < lines; line++) {
                for (int c = 0; c < channels; c++) {
                    long sum = 1L << (FRACTION_BITS - 1);
                    for (int t = 0; t < taps.weights().length; t++) {
                        int sample = in[line * lineStride + (taps.first() + t) * stride + c] & 0xff;
                        sum += (long) sample * taps.weights()[t];
                    }
                    int rounded = (int) (sum >> FRACTION_BITS);
                    out[line * outLine + i * outStride + c] = (byte) Math.clamp(rounded, 0, 255);
                }
            }
        }
        return out;
    }

    /// The input samples that an output sample is made of: `weights` from index `first` on.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Taps(int first, int[] weights) {

        static Taps of(int i, int from, int to) {
            double scale = (double) from / to;
            double stretch = Math.max(scale, 1);
            double centre = (i + 0.5) * scale;
            int first = Math.max((int) (centre - SUPPORT * stretch + 0.5), 0);
            int end = Math.min((int) (centre + SUPPORT * stretch + 0.5), from);
            double[] values = new double[end - first];
            double sum = 0;
            for (int t = 0; t < values.length; t++) {
                values[t] = cubic((t + first - centre + 0.5) / stretch);
                sum += values[t];
            }
            int[] weights = new int[values.length];
            for (int t = 0; t < values.length; t++) {
                double fixed = values[t] / sum * (1 << FRACTION_BITS);
                weights[t] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
            }
            return new Taps(first, weights);
        }

        private static double cubic(double x) {
            double d = Math.abs(x);
            if (d < 1) {
                return (1.5 * d - 2.5) * d * d + 1;
            }
            return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
        }
    }
}
