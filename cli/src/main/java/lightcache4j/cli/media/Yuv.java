package lightcache4j.cli.media;

import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Rect;

/// Between red, green, blue and what video codecs hold: luma and two colour differences at half the
/// resolution, by ITU-R BT.601 in limited range (luma 16 to 235, differences 16 to 240).
///
/// JCodec keeps each sample less 128, so that it fits a signed byte.
final class Yuv {
    private static final double RED = 0.299;
    private static final double GREEN = 0.587;
    private static final double BLUE = 0.114;
    private static final int CENTRE = 128;
    private static final double LUMA_RANGE = 219;
    private static final double CHROMA_RANGE = 224;
    private static final double CB_SPAN = 2 * (1 - BLUE);
    private static final double CR_SPAN = 2 * (1 - RED);

    private Yuv() {}

    /// A frame of even size for the encoder.
    static Picture picture(Frame frame) {
        int width = frame.width();
        int height = frame.height();
        // The encoder takes this colour space only; the range is that of the samples.
        Picture picture = Picture.create(width, height, ColorSpace.YUV420J);
        byte[] luma = picture.getPlaneData(0);
        for (int i = 0; i < width * height; i++) {
            luma[i] = sample(16 + LUMA_RANGE * luma(frame.rgb(), i));
        }
        byte[] cb = picture.getPlaneData(1);
        byte[] cr = picture.getPlaneData(2);
        for (int y = 0; y < height / 2; y++) {
            for (int x = 0; x < width / 2; x++) {
                double[] mean = mean(frame, 2 * x, 2 * y);
                double l = RED * mean[0] + GREEN * mean[1] + BLUE * mean[2];
                int at = y * (width / 2) + x;
                cb[at] = sample(CENTRE + CHROMA_RANGE * (mean[2] - l) / CB_SPAN);
                cr[at] = sample(CENTRE + CHROMA_RANGE * (mean[0] - l) / CR_SPAN);
            }
        }
        return picture;
    }

    private static double luma(float[] rgb, int pixel) {
        return RED * cut(rgb[3 * pixel])
                + GREEN * cut(rgb[3 * pixel + 1])
                + BLUE * cut(rgb[3 * pixel + 2]);
    }

    /// The mean colour of the four pixels below and to the right of one.
    private static double[] mean(Frame frame, int x, int y) {
        double[] mean = new double[3];
        for (int dy = 0; dy < 2; dy++) {
            for (int dx = 0; dx < 2; dx++) {
                int pixel = (y + dy) * frame.width() + x + dx;
                for (int c = 0; c < 3; c++) {
                    mean[c] += cut(frame.rgb()[3 * pixel + c]) / 4;
                }
            }
        }
        return mean;
    }

    private static double cut(float value) {
        return Math.clamp(value, 0f, 1f);
    }

    private static byte sample(double value) {
        return (byte) (Math.clamp(Math.round(value), 0, 255) - CENTRE);
    }

    /// A decoded picture, cropped as the stream says, colours interpolated linearly between the
    /// centres of their two-by-two blocks.
    static Frame frame(Picture picture) {
        Rect crop = picture.getCrop();
        int left = crop == null ? 0 : crop.getX();
        int top = crop == null ? 0 : crop.getY();
        int width = crop == null ? picture.getWidth() : crop.getWidth();
        int height = crop == null ? picture.getHeight() : crop.getHeight();
        float[] rgb = new float[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sample = picture.getPlaneData(0)[(y + top) * picture.getWidth() + x + left];
                double l = (sample + CENTRE - 16) / LUMA_RANGE;
                double cb = chroma(picture, 1, x + left, y + top) * CB_SPAN;
                double cr = chroma(picture, 2, x + left, y + top) * CR_SPAN;
                int at = 3 * (y * width + x);
                double red = l + cr;
                double blue = l + cb;
                rgb[at] = (float) Math.clamp(red, 0, 1);
                rgb[at + 1] = (float) Math.clamp((l - RED * red - BLUE * blue) / GREEN, 0, 1);
                rgb[at + 2] = (float) Math.clamp(blue, 0, 1);
            }
        }
        return new Frame(width, height, rgb);
    }

    private static double chroma(Picture picture, int plane, int x, int y) {
        int width = picture.getPlaneWidth(plane);
        int height = picture.getPlaneHeight(plane);
        byte[] samples = picture.getPlaneData(plane);
        double fx = Math.clamp((x - 0.5) / 2, 0, width - 1);
        double fy = Math.clamp((y - 0.5) / 2, 0, height - 1);
        int x0 = (int) fx;
        int y0 = (int) fy;
        int x1 = Math.min(x0 + 1, width - 1);
        int y1 = Math.min(y0 + 1, height - 1);
        double above = mix(samples[y0 * width + x0], samples[y0 * width + x1], fx - x0);
        double below = mix(samples[y1 * width + x0], samples[y1 * width + x1], fx - x0);
        return mix(above, below, fy - y0) / CHROMA_RANGE;
    }

    private static double mix(double a, double b, double share) {
        return a + (b - a) * share;
    }
}
