package lightcache4j.cli;

import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Elements;

/// How far two tensors of one shape are apart.
///
/// @param shape of both
/// @param largest absolute difference of two elements
/// @param rms root of the mean squared difference
/// @param relative the same, as a part of the root mean square of the first tensor
/// @param psnr in decibels, against the range of the first tensor's values; infinite if equal
record Difference(String shape, double largest, double rms, double relative, double psnr) {

    static Difference of(Tensor a, Tensor b) {
        Elements left = Elements.of(a);
        Elements right = Elements.of(b);
        double most = 0;
        double squares = 0;
        double energy = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (long i = 0; i < a.size(); i++) {
            double x = left.at(i);
            double y = right.at(i);
            double difference = x == y ? 0 : x - y;
            // NaN must win over every number, so that it is seen.
            most = Math.max(most, Math.abs(difference));
            squares += difference * difference;
            energy += x * x;
            low = Math.min(low, x);
            high = Math.max(high, x);
        }
        double rms = a.size() == 0 ? 0 : Math.sqrt(squares / a.size());
        double range = high > low ? high - low : 1;
        double relative = squares == 0 ? 0 : Math.sqrt(squares / energy);
        double psnr = -20 * Math.log10(rms / range);
        return new Difference(a.shape().toString(), most, rms, relative, psnr);
    }
}
