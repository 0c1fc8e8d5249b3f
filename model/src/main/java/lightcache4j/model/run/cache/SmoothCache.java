package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;
import lightcache4j.weights.Config;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// SmoothCache (arXiv:2411.10510): how fast the outputs of a kind of layer change from step to step
/// is a property of the model, so that a timetable for each kind can be drawn up beforehand.
///
/// With `e(t, k)` the mean over layers and calibration runs of `Σ |y(t) − y(t − k)| / Σ |y(t)|`,
/// and `s` the last step computed, step `t` reuses the outputs of all layers of the kind if `e(t, t
/// − s) < alpha`; `t − s` is at most 3, as far as a calibration goes. The kinds are attention and
/// feed-forward, of both streams, before their gates; there is one of these records for each.
///
/// `alpha` (0.1 by default) goes by a calibration for the same number of steps. In its place,
/// `steps=0;1;3;…` names the steps to compute, for both kinds, and `schedule=FILE` for each: a JSON
/// object with lists `attention` and `feed_forward`.
///
/// @param layers the kind
/// @param timetable when it is computed
record SmoothCache(Function<Course, Coverage> layers, Function<Course, Judge> timetable)
        implements Policy {

    static List<Policy> of(Settings s) {
        if (s.has("steps")) {
            Set<Integer> steps = Set.copyOf(s.steps("steps"));
            return both(_ -> listed(steps), _ -> listed(steps));
        }
        if (s.has("schedule")) {
            Config file = s.file("schedule");
            Set<Integer> attention = Set.copyOf(file.integers(Layers.ATTENTION.key()));
            Set<Integer> feedForward = Set.copyOf(file.integers(Layers.FEED_FORWARD.key()));
            return both(_ -> listed(attention), _ -> listed(feedForward));
        }
        double alpha = s.number("alpha", 0.1);
        Calibration calibration = s.requiredCalibration("steps or schedule");
        return both(
                course -> new Near(alpha, calibration.errors(Layers.ATTENTION, course.steps())),
                course -> new Near(alpha, calibration.errors(Layers.FEED_FORWARD, course.steps())));
    }

    private static List<Policy> both(
            Function<Course, Judge> attention, Function<Course, Judge> feedForward) {
        return List.of(
                new SmoothCache(Layers.ATTENTION::in, attention),
                new SmoothCache(Layers.FEED_FORWARD::in, feedForward));
    }

    private static Judge listed(Set<Integer> computed) {
        return Judge.timetable(step -> !computed.contains(step));
    }

    @Override
    public Coverage coverage(Course course) {
        return layers.apply(course);
    }

    @Override
    public Retention retention() {
        return Retention.OUTPUT;
    }

    @Override
    public boolean outputsLast() {
        return true;
    }

    @Override
    public Judge judge(Course course) {
        return timetable.apply(course);
    }

    /// Reuses while the calibrated error is small.
    private static final class Near implements Judge {
        private final double alpha;
        private final List<List<Double>> errors;
        private int now;
        private int last;

        /// @param errors `e(t, k)` under `t` and `k − 1`
        Near(double alpha, List<List<Double>> errors) {
            this.alpha = alpha;
            this.errors = errors;
        }

        @Override
        public boolean reuse(int step, double measured) {
            now = step;
            int distance = step - last;
            List<Double> known = errors.get(step);
            return distance >= 1 && distance <= known.size() && known.get(distance - 1) < alpha;
        }

        @Override
        public void computed() {
            last = now;
        }
    }
}
