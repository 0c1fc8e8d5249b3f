package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

import java.util.List;

/// MagCache (arXiv:2506.09045; `MagCacheConfig` of diffusers): how the size of the residual of all
/// blocks changes from step to step is nearly the same whatever the prompt, so that the error of
/// reuse can be told from a table.
///
/// With `γ(i)` the ratio of that size at step `i` to that at `i − 1`, and `s` the last step
/// computed, step `t` is reused if `Σ |1 − γ(s+1) … γ(j)|` over `j` from `s + 1` to `t` is at most
/// `threshold`, at most `maxSkips` steps have been since `s`, and `t ≥ ⌊retentionRatio · steps +
/// ½⌋`.
///
/// @param threshold 0.06 by default
/// @param maxSkips `max_skip_steps`, 3 by default
/// @param retentionRatio `retention_ratio`, 0.2 by default
/// @param ratios `mag_ratios`: `γ` for each step of a calibration run, by default of the one beside
///   the model; for another number of steps the nearest are taken
record MagCache(double threshold, int maxSkips, double retentionRatio, List<Double> ratios)
        implements Policy {

    static MagCache of(Settings s) {
        return new MagCache(
                s.number("threshold", 0.06),
                s.count("max_skip_steps", 3),
                s.number("retention_ratio", 0.2),
                s.has("mag_ratios")
                        ? s.list("mag_ratios")
                        : s.requiredCalibration("mag_ratios").magRatios());
    }

    @Override
    public Coverage coverage(Course course) {
        return Coverage.blocks(course, 0, course.depth());
    }

    @Override
    public Retention retention() {
        return Retention.RESIDUAL;
    }

    @Override
    public Judge judge(Course course) {
        return new Reckoning(course.steps());
    }

    /// The ratio of `step` in a table for `steps` steps.
    private float ratio(int step, int steps) {
        int last = ratios.size() - 1;
        int index = step;
        if (steps == 1) {
            index = last;
        } else if (steps != ratios.size()) {
            index = (int) Math.rint(step * (float) ((double) last / (steps - 1)));
        }
        return ratios.get(index).floatValue();
    }

    private final class Reckoning implements Judge {
        private final int steps;
        private float product = 1;
        private float error;
        private int skipped;

        Reckoning(int steps) {
            this.steps = steps;
        }

        @Override
        public boolean reuse(int step, double measured) {
            if (step < (int) (retentionRatio * steps + 0.5)) {
                return false;
            }
            product *= ratio(step, steps);
            skipped++;
            error += Math.abs(1 - product);
            return error <= (float) threshold && skipped <= maxSkips;
        }

        @Override
        public void computed() {
            product = 1;
            error = 0;
            skipped = 0;
        }
    }
}
