package lightcache4j.kernels.reference;

import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Tensor;

/// Numbers about whole tensors.
final class Measures {
    private Measures() {}

    static Moments moments(Tensor x) {
        Elements a = Elements.of(x);
        long n = x.size();
        double sum = 0;
        double absolute = 0;
        for (long i = 0; i < n; i++) {
            sum += a.get(i);
            absolute += Math.abs((double) a.get(i));
        }
        double mean = sum / n;
        double squares = 0;
        for (long i = 0; i < n; i++) {
            squares += (a.get(i) - mean) * (a.get(i) - mean);
        }
        // A sum of float32 numbers in double precision is finite exactly if all of them are.
        return new Moments(n, mean, squares / n, absolute / n, Double.isFinite(absolute));
    }

    static double absoluteDifference(Tensor a, Tensor b) {
        Elements x = Elements.of(a);
        Elements y = Elements.of(b);
        double sum = 0;
        for (long i = 0; i < a.size(); i++) {
            sum += Math.abs((double) x.get(i) - y.get(i));
        }
        return sum;
    }
}
