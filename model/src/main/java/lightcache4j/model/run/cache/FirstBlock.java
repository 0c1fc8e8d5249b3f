package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

/// First Block Cache (ParaAttention; `FirstBlockCacheConfig` of diffusers): the first block is
/// always run, and tells whether the others must be.
///
/// With `r(t)` the first block's residual at step `t` and `s` the last step computed, what the
/// other blocks added at `s` is reused if `mean |r(t) − r(s)| / mean |r(s)| ≤ threshold`.
///
/// @param threshold 0.05 by default
record FirstBlock(double threshold) implements Policy {

    static FirstBlock of(Settings s) {
        return new FirstBlock(s.number("threshold", 0.05));
    }

    @Override
    public Coverage coverage(Course course) {
        if (course.depth() < 2) {
            throw new UnusableCache(
                    "cache: the model has %d block, wanted 2 or more for first-block"
                            .formatted(course.depth()));
        }
        return Coverage.blocks(course, 1, course.depth());
    }

    @Override
    public Retention retention() {
        return Retention.RESIDUAL;
    }

    @Override
    public Gauge.Source gauge(Course course) {
        return store -> new FrontChange(Coverage.blocks(course, 0, 1), store);
    }

    @Override
    public Judge judge(Course course) {
        return (_, change) -> !(change > threshold);
    }
}
