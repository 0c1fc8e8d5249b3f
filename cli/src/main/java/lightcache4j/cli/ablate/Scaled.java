package lightcache4j.cli.ablate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An axis of a plot: values from `low` to `high`, both multiples of `step`, over a length in
/// pixels.
record Scaled(double low, double high, double step, double from, double to) {

    /// An axis for `least` to `most`, with some five steps of 1, 2 or 5 times a power of ten.
    ///
    /// @param from where the lowest value is
    /// @param to where the highest is
    static Scaled of(double least, double most, double from, double to) {
        double range = most > least ? most - least : Math.max(1, Math.abs(most));
        double rough = range / 5;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = 10 * power;
        for (int factor : new int[] {5, 2, 1}) {
            step = factor * power >= rough ? factor * power : step;
        }
        double low = Math.floor(least / step) * step;
        double high = Math.max(low + step, Math.ceil((low + range) / step) * step);
        return new Scaled(low, Math.max(high, Math.ceil(most / step) * step), step, from, to);
    }

    /// Where a value is, in pixels.
    double at(double value) {
        return from + (value - low) / (high - low) * (to - from);
    }

    /// Where a value is, or the end of the axis that it lies beyond.
    double within(double value) {
        return at(Math.clamp(value, low, high));
    }

    /// Whether a value lies on it.
    boolean has(double value) {
        return value >= low && value <= high;
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; low + i * step <= high + step / 2; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /// A tick's value, with as many digits as the step has.
    String label(double tick) {
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + digits + "f", tick);
    }
}
