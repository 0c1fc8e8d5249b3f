package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

/// Pyramid Attention Broadcast (arXiv:2408.12588; `PyramidAttentionBroadcastConfig` of diffusers):
/// in the middle of a run, the output of attention hardly changes, and is used for several steps.
///
/// Step `i` at time `t` is reused if `low < t < high` and `i mod range ≠ 0`. Attention over video
/// and text jointly, as in EasyAnimate, counts as spatial; `cross_range`, for models with
/// cross-attention, is taken and acts on nothing there.
///
/// @param range `spatial_range`, 2 by default
/// @param timesteps the bounds of the times, 100 and 800 by default
record PyramidAttention(int range, Settings.Range timesteps) implements Policy {

    static PyramidAttention of(Settings s) {
        if (s.has("cross_range")) {
            s.atLeast("cross_range", 1, 1);
            s.notice("cross_range of pab acts on nothing: the model has no cross-attention");
        }
        return new PyramidAttention(
                s.atLeast("spatial_range", 1, 2),
                s.range("timesteps", new Settings.Range(100, 800)));
    }

    @Override
    public Coverage coverage(Course course) {
        return Coverage.attention(course);
    }

    @Override
    public Retention retention() {
        return Retention.OUTPUT;
    }

    @Override
    public Judge judge(Course course) {
        return Judge.timetable(
                step -> step % range != 0 && timesteps.contains(course.timesteps().get(step)));
    }
}
