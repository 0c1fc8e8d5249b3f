package lightcache4j.kernels.vector;

import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;

/// Numbers about whole tensors, in double precision. Spans are measured apart and put together in
/// their order, so that the result does not depend on the number of threads.
final class Measures {
    private static final int SPAN = 1 << 14;

    private Measures() {}

    static Moments moments(Team team, Tensor x) {
        MemorySegment from = x.segment();
        long size = x.size();
        int spans = Math.toIntExact((size + SPAN - 1) / SPAN);
        double[] sums = new double[spans];
        double[] absolutes = new double[spans];
        double[] squares = new double[spans]; // about the span's mean
        team.run(
                spans,
                (task, scratch) -> {
                    int n = (int) Math.min(SPAN, size - (long) task * SPAN);
                    float[] a = scratch.floats(Scratch.Use.LEFT, SPAN);
                    Lanes.copy(from, (long) task * SPAN, a, 0, n);
                    sums[task] = sum(a, n);
                    absolutes[task] = absolutes(a, n);
                    squares[task] = squares(a, n, sums[task] / n);
                });
        double sum = 0;
        double absolute = 0;
        for (int i = 0; i < spans; i++) {
            sum += sums[i];
            absolute += absolutes[i];
        }
        double mean = sum / size;
        double square = 0;
        for (int i = 0; i < spans; i++) {
            long n = Math.min(SPAN, size - (long) i * SPAN);
            double d = sums[i] / n - mean;
            square += squares[i] + n * d * d;
        }
        // A sum of float32 numbers in double precision is finite exactly if all of them are.
        return new Moments(size, mean, square / size, absolute / size, Double.isFinite(absolute));
    }

    /// Two chains of sums, since each waits for the one before.
    private static double sum(float[] a, int n) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < n; i += 2) {
            even += a[i];
            odd += a[i + 1];
        }
        return even + odd + (i < n ? a[i] : 0);
    }

    private static double absolutes(float[] a, int n) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < n; i += 2) {
            even += Math.abs(a[i]);
            odd += Math.abs(a[i + 1]);
        }
        return even + odd + (i < n ? Math.abs(a[i]) : 0);
    }

    private static double squares(float[] a, int n, double mean) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < n; i += 2) {
            even += (a[i] - mean) * (a[i] - mean);
            odd += (a[i + 1] - mean) * (a[i + 1] - mean);
        }
        return even + odd + (i < n ? (a[i] - mean) * (a[i] - mean) : 0);
    }

    static double absoluteDifference(Team team, Tensor a, Tensor b) {
        MemorySegment x = a.segment();
        MemorySegment y = b.segment();
        long size = a.size();
        int spans = Math.toIntExact((size + SPAN - 1) / SPAN);
        double[] sums = new double[spans];
        team.run(
                spans,
                (task, scratch) -> {
                    long start = (long) task * SPAN;
                    int n = (int) Math.min(SPAN, size - start);
                    float[] p = scratch.floats(Scratch.Use.LEFT, SPAN);
                    float[] q = scratch.floats(Scratch.Use.OTHER, SPAN);
                    Lanes.copy(x, start, p, 0, n);
                    Lanes.copy(y, start, q, 0, n);
                    sums[task] = differences(p, q, n);
                });
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return sum;
    }

    private static double differences(float[] a, float[] b, int n) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < n; i += 2) {
            even += Math.abs((double) a[i] - b[i]);
            odd += Math.abs((double) a[i + 1] - b[i + 1]);
        }
        return even + odd + (i < n ? Math.abs((double) a[i] - b[i]) : 0);
    }
}
