package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

/// Dual Block Cache (`DBCacheConfig` of cache-dit): some blocks in front are always run and tell
/// whether those behind them must be; some at the end are always run and mend what reuse spoilt.
///
/// With `r(t)` what the first `front` blocks add at step `t` and `s` the last step computed, what
/// the middle blocks added at `s` is reused if `mean |r(t) − r(s)| / mean |r(s)| < threshold`.
///
/// @param front `fn_compute_blocks`, 8 by default
/// @param back `bn_compute_blocks`, 0 by default
/// @param threshold `residual_diff_threshold`, 0.08 by default; 1 or more: always reuse
/// @param warmup `max_warmup_steps`, steps computed at the beginning, 8 by default
/// @param maxCached `max_cached_steps`, how many steps of a run may reuse; any number by default
/// @param maxInRow `max_continuous_cached_steps`, how many in a row; any number by default
record DualBlock(int front, int back, double threshold, int warmup, int maxCached, int maxInRow)
        implements Policy {

    static DualBlock of(Settings s) {
        return new DualBlock(
                s.atLeast("fn_compute_blocks", 1, 8),
                s.count("bn_compute_blocks", 0),
                s.number("residual_diff_threshold", 0.08),
                s.count("max_warmup_steps", 8),
                s.count("max_cached_steps", Integer.MAX_VALUE),
                s.count("max_continuous_cached_steps", Integer.MAX_VALUE));
    }

    @Override
    public Coverage coverage(Course course) {
        if (front + back >= course.depth()) {
            throw new UnusableCache(
                    "cache: fn_compute_blocks and bn_compute_blocks of dbcache are %d and %d, wanted less together than the model's %d blocks"
                            .formatted(front, back, course.depth()));
        }
        return Coverage.blocks(course, front, course.depth() - back);
    }

    @Override
    public Retention retention() {
        return Retention.RESIDUAL;
    }

    @Override
    public Gauge.Source gauge(Course course) {
        return store -> new FrontChange(Coverage.blocks(course, 0, front), store);
    }

    @Override
    public Judge judge(Course course) {
        return new Count();
    }

    private final class Count implements Judge {
        private int cached;
        private int inRow;

        @Override
        public boolean reuse(int step, double change) {
            boolean near = change < threshold || threshold >= 1;
            if (step < warmup || cached >= maxCached || inRow >= maxInRow || !near) {
                return false;
            }
            cached++;
            inRow++;
            return true;
        }

        @Override
        public void computed() {
            inRow = 0;
        }
    }
}
