package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

/// EasyCache (arXiv:2507.02860): near the end of a run the output changes in proportion to the
/// input, so that the change of the input tells how far reuse may go. Needs no calibration.
///
/// The expected relative changes of the output since the last step computed ([OutputForecast]) are
/// added up; while the sum is below `threshold`, the model is not run, and `x(t) + (y(s) − x(s))`
/// stands in for its output. The first `retained` steps and the last are computed. The conditional
/// branch decides for both.
///
/// @param threshold 0.05 by default
/// @param retained `ret_steps`, 10 by default
record EasyCache(double threshold, int retained) implements Policy {

    static EasyCache of(Settings s) {
        return new EasyCache(s.number("threshold", 0.05), s.count("ret_steps", 10));
    }

    @Override
    public Coverage coverage(Course course) {
        return Coverage.MODEL;
    }

    @Override
    public Retention retention() {
        return Retention.RESIDUAL;
    }

    @Override
    public Gauge.Source gauge(Course course) {
        return OutputForecast::new;
    }

    @Override
    public boolean conditionalDecides() {
        return true;
    }

    @Override
    public Judge judge(Course course) {
        return new SummedChange(threshold, retained, course.steps(), change -> change);
    }
}
