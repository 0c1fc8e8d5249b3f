package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

/// TaylorSeer (arXiv:2503.06923; `TaylorSeerCacheConfig` of diffusers): between steps computed, a
/// Taylor series over the last of them forecasts what comes out.
///
/// Step `i` is computed if `i < before`, if `(i − before − 1) mod interval = 0`, or if `i ≥ after`.
///
/// @param interval `cache_interval`, 5 by default
/// @param before `disable_cache_before_step`, 3 by default
/// @param after `disable_cache_after_step`, never by default
/// @param order `max_order` of the series, 1 by default
/// @param lite `use_lite_mode`: forecasts the output of the model and runs none of it, in place of
///   the output of every attention; one thing kept, not one per block
record TaylorSeer(int interval, int before, int after, int order, boolean lite) implements Policy {

    static TaylorSeer of(Settings s) {
        return new TaylorSeer(
                s.atLeast("cache_interval", 1, 5),
                s.count("disable_cache_before_step", 3),
                s.count("disable_cache_after_step", Integer.MAX_VALUE),
                s.count("max_order", 1),
                s.flag("use_lite_mode", false));
    }

    @Override
    public Coverage coverage(Course course) {
        return lite ? Coverage.MODEL : Coverage.attention(course);
    }

    @Override
    public Retention retention() {
        return Retention.series(order);
    }

    @Override
    public Judge judge(Course course) {
        return Judge.timetable(
                step ->
                        step >= before
                                && step < after
                                && Math.floorMod(step - before - 1, interval) != 0);
    }
}
