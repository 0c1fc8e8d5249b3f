package lightcache4j.cli.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A few colours that stand for many.
///
/// If a picture has few enough, they are the palette. Otherwise its colours are split again and
/// again where that lowers the squared error most (the box of the largest error, across its widest
/// axis, at its mean: Heckbert 1982 with the error of Wu 1991), and then moved to the means of
/// those nearest to them (Lloyd's iteration).
final class Palette {
    private static final int ROUNDS = 3;

    private final int[] colours;

    private Palette(int[] colours) {
        this.colours = colours;
    }

    /// The palette of those pixels of `rgb` that `mask` names.
    static Palette of(byte[] rgb, boolean[] mask, int most) {
        Histogram histogram = Histogram.of(rgb, mask);
        if (histogram.size() <= most) {
            return new Palette(histogram.colours());
        }
        List<Cluster> clusters = new ArrayList<>(List.of(new Cluster(histogram)));
        while (clusters.size() < most) {
            Cluster widest = clusters.getFirst();
            for (Cluster cluster : clusters) {
                widest = cluster.error() > widest.error() ? cluster : widest;
            }
            if (widest.error() == 0) {
                break;
            }
            clusters.remove(widest);
            clusters.addAll(widest.split());
        }
        int[] colours = clusters.stream().mapToInt(Cluster::mean).toArray();
        for (int round = 0; round < ROUNDS; round++) {
            moveToMeans(colours, histogram);
        }
        return new Palette(colours);
    }

    private static void moveToMeans(int[] colours, Histogram histogram) {
        Palette current = new Palette(colours.clone());
        long[][] sums = new long[colours.length][4];
        for (int i = 0; i < histogram.size(); i++) {
            int colour = histogram.colours()[i];
            long count = histogram.counts()[i];
            long[] sum = sums[current.nearest(red(colour), green(colour), blue(colour))];
            sum[0] += count * red(colour);
            sum[1] += count * green(colour);
            sum[2] += count * blue(colour);
            sum[3] += count;
        }
        for (int i = 0; i < colours.length; i++) {
            long[] sum = sums[i];
            if (sum[3] > 0) {
                colours[i] = pack(mean(sum[0], sum[3]), mean(sum[1], sum[3]), mean(sum[2], sum[3]));
            }
        }
    }

    private static int mean(long sum, long count) {
        return (int) ((sum + count / 2) / count);
    }

    /// Number of colours.
    int size() {
        return colours.length;
    }

    /// Colour `index` as `0xRRGGBB`.
    int colour(int index) {
        return colours[index];
    }

    /// Red, green and blue of every colour, one after the other.
    byte[] table() {
        byte[] table = new byte[3 * colours.length];
        for (int i = 0; i < colours.length; i++) {
            table[3 * i] = (byte) red(colours[i]);
            table[3 * i + 1] = (byte) green(colours[i]);
            table[3 * i + 2] = (byte) blue(colours[i]);
        }
        return table;
    }

    /// The index of the colour nearest to one.
    int nearest(int red, int green, int blue) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < colours.length; i++) {
            int dr = red - red(colours[i]);
            int dg = green - green(colours[i]);
            int db = blue - blue(colours[i]);
            int distance = dr * dr + dg * dg + db * db;
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }

    static int pack(int red, int green, int blue) {
        return red << 16 | green << 8 | blue;
    }

    static int red(int colour) {
        return colour >> 16 & 0xff;
    }

    static int green(int colour) {
        return colour >> 8 & 0xff;
    }

    static int blue(int colour) {
        return colour & 0xff;
    }

    /// The distinct colours of a picture, and how often each occurs.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Histogram(int[] colours, int[] counts) {

        static Histogram of(byte[] rgb, boolean[] mask) {
            int[] all = new int[mask.length];
            int used = 0;
            for (int i = 0; i < mask.length; i++) {
                if (mask[i]) {
                    all[used++] =
                            pack(rgb[3 * i] & 0xff, rgb[3 * i + 1] & 0xff, rgb[3 * i + 2] & 0xff);
                }
            }
            Arrays.sort(all, 0, used);
            int[] colours = new int[used];
            int[] counts = new int[used];
            int distinct = 0;
            for (int i = 0; i < used; i++) {
                if (i == 0 || all[i] != all[i - 1]) {
                    colours[distinct++] = all[i];
                }
                counts[distinct - 1]++;
            }
            return new Histogram(Arrays.copyOf(colours, distinct), Arrays.copyOf(counts, distinct));
        }

        int size() {
            return colours.length;
        }
    }

    /// Colours that one palette entry stands for, with the squared error of doing so.
    private static final class Cluster {
        private final Histogram histogram;
        private final double[] mean = new double[3];
        private final double[] spread = new double[3];
        private final double error;

        Cluster(Histogram histogram) {
            this.histogram = histogram;
            double weight = 0;
            double[] squares = new double[3];
            for (int i = 0; i < histogram.size(); i++) {
                int count = histogram.counts()[i];
                weight += count;
                for (int axis = 0; axis < 3; axis++) {
                    int value = value(i, axis);
                    mean[axis] += (double) count * value;
                    squares[axis] += (double) count * value * value;
                }
            }
            for (int axis = 0; axis < 3; axis++) {
                mean[axis] /= weight;
                spread[axis] = Math.max(0, squares[axis] - weight * mean[axis] * mean[axis]);
            }
            error = histogram.size() == 1 ? 0 : spread[0] + spread[1] + spread[2];
        }

        private int value(int i, int axis) {
            return histogram.colours()[i] >> (16 - 8 * axis) & 0xff;
        }

        double error() {
            return error;
        }

        int mean() {
            return pack(
                    (int) Math.round(mean[0]),
                    (int) Math.round(mean[1]),
                    (int) Math.round(mean[2]));
        }

        /// The colours below and above the mean of the widest axis.
        List<Cluster> split() {
            int axis = spread[0] >= spread[1] ? 0 : 1;
            axis = spread[axis] >= spread[2] ? axis : 2;
            int size = histogram.size();
            int[][] colours = new int[2][size];
            int[][] counts = new int[2][size];
            int[] used = new int[2];
            for (int i = 0; i < size; i++) {
                int side = value(i, axis) > mean[axis] ? 1 : 0;
                colours[side][used[side]] = histogram.colours()[i];
                counts[side][used[side]++] = histogram.counts()[i];
            }
            List<Cluster> sides = new ArrayList<>();
            for (int side = 0; side < 2; side++) {
                sides.add(
                        new Cluster(
                                new Histogram(
                                        Arrays.copyOf(colours[side], used[side]),
                                        Arrays.copyOf(counts[side], used[side]))));
            }
            return sides;
        }
    }
}
