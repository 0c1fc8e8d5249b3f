package lightcache4j.cli.ablate;

import java.util.Arrays;
import java.util.Locale;

/// One unit for many numbers of bytes, so that they can be compared at a glance.
///
/// @param unit its name
/// @param bytes how many one is
record Scale(String unit, double bytes) {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};
    private static final double STEP = 1000;

    /// The largest unit of which `most` bytes are one or more.
    static Scale of(double most) {
        double bytes = 1;
        int unit = 0;
        while (most >= bytes * STEP && unit < UNITS.length - 1) {
            bytes *= STEP;
            unit++;
        }
        return new Scale(UNITS[unit], bytes);
    }

    /// The unit for the largest mean of these columns.
    static Scale of(Results results, Column... columns) {
        return of(
                results.rows().stream()
                        .flatMap(row -> Arrays.stream(columns).map(row::get))
                        .mapToDouble(Statistic::mean)
                        .filter(Double::isFinite)
                        .max()
                        .orElse(0));
    }

    /// The number in this unit, without it.
    String text(double count) {
        return String.format(Locale.ROOT, bytes == 1 ? "%.0f" : "%.2f", count / bytes);
    }
}
