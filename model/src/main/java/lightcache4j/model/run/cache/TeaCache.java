package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

import java.util.List;

/// TeaCache (arXiv:2411.19108): what the first block makes of its input with the time (its
/// modulated input) changes from step to step much as the model's output does, up to a polynomial
/// that belongs to the model.
///
/// With `m(t)` the modulated input at step `t` and `d(t) = mean |m(t) − m(t − 1)| / mean |m(t −
/// 1)|` ([ModulatedChange]), the estimates `p(d(j))` are added up over all `j` after the last step
/// computed; while the sum is below `threshold`, what all blocks added at that step is reused. The
/// first `retained` steps and the last are computed. As published for HunyuanVideo: by the norm
/// before the attention of the first block, of the video stream; each branch by itself, as
/// published for Wan2.1.
///
/// @param threshold `rel_l1_thresh`, 0.1 by default
/// @param coefficients of `p`, the highest power first (`numpy.poly1d`); `1;0`, the change itself,
///   where neither they nor a calibration are given
/// @param retained `ret_steps`, 1 by default
record TeaCache(double threshold, List<Double> coefficients, int retained) implements Policy {
    private static final List<Double> IDENTITY = List.of(1.0, 0.0);

    static TeaCache of(Settings s) {
        List<Double> coefficients =
                s.has("coefficients")
                        ? s.list("coefficients")
                        : s.calibration().map(Calibration::coefficients).orElse(IDENTITY);
        return new TeaCache(s.number("threshold", 0.1), coefficients, s.atLeast("ret_steps", 1, 1));
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
    public Gauge.Source gauge(Course course) {
        return store -> new ModulatedChange(course, store);
    }

    @Override
    public Judge judge(Course course) {
        return new SummedChange(
                threshold, retained, course.steps(), change -> polynomial(coefficients, change));
    }

    /// `p(x)`.
    static double polynomial(List<Double> coefficients, double x) {
        return coefficients.stream().reduce(0.0, (sum, c) -> sum * x + c);
    }
}
