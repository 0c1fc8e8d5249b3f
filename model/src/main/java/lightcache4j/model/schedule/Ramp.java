package lightcache4j.model.schedule;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// Falling noise levels under construction, in the precision that the original computes them in:
/// NumPy's float64 where it spreads them itself, float32 where a run gave them. In single precision
/// each operation is rounded on its own; constants are rounded before they meet a level.
final class Ramp {
    private final double[] levels;
    private final boolean single;

    private Ramp(double[] levels, boolean single) {
        this.levels = levels;
        this.single = single;
    }

    static Ramp single(List<Float> levels) {
        return new Ramp(levels.stream().mapToDouble(Float::doubleValue).toArray(), true);
    }

    static Ramp of(double[] levels) {
        return new Ramp(levels, false);
    }

    /// `count` levels at equal distances; a single one is the start.
    static Ramp even(double start, double end, int count) {
        double step = (end - start) / Math.max(1, count - 1);
        double[] levels = new double[count];
        for (int i = 0; i < count; i++) {
            levels[i] = i > 0 && i == count - 1 ? end : i * step + start;
        }
        return of(levels);
    }

    int count() {
        return levels.length;
    }

    double first() {
        return levels[0];
    }

    double last() {
        return levels[levels.length - 1];
    }

    Ramp map(DoubleUnaryOperator change) {
        double[] changed = new double[levels.length];
        for (int i = 0; i < levels.length; i++) {
            changed[i] = change.applyAsDouble(levels[i]);
        }
        return new Ramp(changed, single);
    }

    Ramp over(double divisor) {
        return map(t -> round(t / divisor));
    }

    /// `s t / (1 + (s − 1) t)`.
    Ramp shifted(double shift) {
        double factor = round(shift);
        double excess = round(shift - 1);
        return map(t -> round(round(factor * t) / round(1 + round(excess * t))));
    }

    /// `s / (s + 1/t − 1)`.
    Ramp timeShifted(double strength) {
        double s = round(strength);
        return map(t -> round(s / round(s + round(round(1 / t) - 1))));
    }

    /// Stretched away from 1 so that the last level is `terminal`.
    Ramp stretchedTo(double terminal) {
        double scale = round(round(1 - last()) / round(1 - terminal));
        return map(t -> round(1 - round(round(1 - t) / scale)));
    }

    float[] toFloats() {
        float[] floats = new float[levels.length];
        for (int i = 0; i < levels.length; i++) {
            floats[i] = (float) levels[i];
        }
        return floats;
    }

    private double round(double value) {
        return single ? (float) value : value;
    }
}
