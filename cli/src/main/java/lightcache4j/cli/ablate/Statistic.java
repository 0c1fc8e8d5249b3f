package lightcache4j.cli.ablate;

import java.util.Arrays;

/// A mean, and how far single values lie from it.
///
/// @param mean NaN if a value is missing
/// @param spread the sample standard deviation, `√(Σ (x − mean)² / (n − 1))`; 0 of one value
public record Statistic(double mean, double spread) {

    /// Of one value or more.
    public static Statistic of(double... values) {
        double mean = Arrays.stream(values).sum() / values.length;
        double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return new Statistic(mean, values.length == 1 ? 0 * mean : root(squares, values.length));
    }

    private static double root(double squares, int count) {
        return Math.sqrt(squares / (count - 1));
    }

    /// Whether there is a value at all.
    public boolean known() {
        return Double.isFinite(mean);
    }
}
