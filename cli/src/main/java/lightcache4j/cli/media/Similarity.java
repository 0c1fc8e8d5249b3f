package lightcache4j.cli.media;

import java.util.OptionalDouble;

/// How like two clips are, gathered frame by frame.
///
/// PSNR is of the mean squared error of all samples, against a range of 1. SSIM is that of Wang et
/// al. 2004 (IEEE TIP 13(4)): a Gaussian window of 11 by 11 with deviation 1.5, K1 = 0.01, K2 =
/// 0.03, over the places where the window fits, per channel; the mean of all of them.
public final class Similarity {
    private static final int WINDOW = 11;
    private static final double DEVIATION = 1.5;
    private static final double C1 = 0.01 * 0.01;
    private static final double C2 = 0.03 * 0.03;

    private final double[] kernel = kernel();
    private long frames;
    private long samples;
    private double squares;
    private double most;
    private double ssim;
    private boolean windowFits = true;

    private static double[] kernel() {
        double[] kernel = new double[WINDOW];
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
            double distance = i - (WINDOW - 1) / 2.0;
            kernel[i] = Math.exp(-distance * distance / (2 * DEVIATION * DEVIATION));
            sum += kernel[i];
        }
        for (int i = 0; i < WINDOW; i++) {
            kernel[i] /= sum;
        }
        return kernel;
    }

    /// Compares two frames of one size.
    public void add(Frame a, Frame b) {
        for (int i = 0; i < a.rgb().length; i++) {
            double difference = (double) a.rgb()[i] - b.rgb()[i];
            squares += difference * difference;
            most = Math.max(most, Math.abs(difference));
        }
        if (a.width() < WINDOW || a.height() < WINDOW) {
            windowFits = false;
        } else {
            for (int channel = 0; channel < 3; channel++) {
                ssim += ssim(a, b, channel) / 3;
            }
        }
        samples += a.rgb().length;
        frames++;
    }

    private double ssim(Frame a, Frame b, int channel) {
        int width = a.width();
        int height = a.height();
        double[][] planes = new double[5][width * height]; // a, b, a², b², ab
        for (int i = 0; i < width * height; i++) {
            double x = a.rgb()[3 * i + channel];
            double y = b.rgb()[3 * i + channel];
            planes[0][i] = x;
            planes[1][i] = y;
            planes[2][i] = x * x;
            planes[3][i] = y * y;
            planes[4][i] = x * y;
        }
        for (int p = 0; p < planes.length; p++) {
            planes[p] = blurred(planes[p], width, height);
        }
        double sum = 0;
        int places = planes[0].length;
        for (int i = 0; i < places; i++) {
            double ma = planes[0][i];
            double mb = planes[1][i];
            double va = planes[2][i] - ma * ma;
            double vb = planes[3][i] - mb * mb;
            double cov = planes[4][i] - ma * mb;
            sum +=
                    (2 * ma * mb + C1)
                            * (2 * cov + C2)
                            / ((ma * ma + mb * mb + C1) * (va + vb + C2));
        }
        return sum / places;
    }

    /// The plane under the window, where it fits: `[height − 10, width − 10]`.
    private double[] blurred(double[] plane, int width, int height) {
        int across = width - WINDOW + 1;
        int down = height - WINDOW + 1;
        double[] rows = new double[across * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < across; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW; k++) {
                    sum += kernel[k] * plane[y * width + x + k];
                }
                rows[y * across + x] = sum;
            }
        }
        double[] both = new double[across * down];
        for (int y = 0; y < down; y++) {
            for (int x = 0; x < across; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW; k++) {
                    sum += kernel[k] * rows[(y + k) * across + x];
                }
                both[y * across + x] = sum;
            }
        }
        return both;
    }

    /// Frames compared.
    public long frames() {
        return frames;
    }

    /// In decibels; infinite if the clips are equal.
    public double psnr() {
        return -10 * Math.log10(squares / samples);
    }

    /// 1 if the clips are equal; empty if frames are smaller than the window.
    public OptionalDouble ssim() {
        return windowFits ? OptionalDouble.of(Math.min(1, ssim / frames)) : OptionalDouble.empty();
    }

    /// The largest difference of two samples.
    public double largest() {
        return most;
    }

    /// The root of the mean squared difference.
    public double rms() {
        return Math.sqrt(squares / samples);
    }
}
