package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;

import java.util.function.Supplier;

/// FasterCache (arXiv:2410.19355; `FasterCacheConfig` of diffusers): late in a run, the
/// unconditional prediction is the conditional one and a difference that changes slowly, and
/// attention goes on in a straight line.
///
/// Step `i > 0` at time `t` passes over the unconditional branch if `t` lies within `guidanceTimes`
/// and `i mod guidanceRange ≠ 0`; [GuidanceDelta] stands in. At such a step, the attention of the
/// conditional branch is not run either if `t` lies within `attentionTimes` and `i mod
/// attentionRange ≠ 0`; [Extrapolation] stands in. Without guidance there is nothing to pass over,
/// and attention is extrapolated at every step that its range allows.
///
/// @param attentionRange `spatial_range`, 2 by default
/// @param attentionTimes `timesteps_range`, −1 and 681 by default
/// @param weight how far attention is extrapolated, 0.5 by default
/// @param guidanceRange `uncond_range`, 5 by default
/// @param guidanceTimes `uncond_timesteps_range`, −1 and 641 by default
/// @param low how low frequencies of the difference grow
/// @param high how high frequencies do
record FasterCache(
        int attentionRange,
        Settings.Range attentionTimes,
        double weight,
        int guidanceRange,
        Settings.Range guidanceTimes,
        Growth low,
        Growth high)
        implements Policy {

    /// How a part of the difference grows from one step that is passed over to the next.
    ///
    /// @param alpha the factor; `alpha_low` and `alpha_high`, 1.1 by default
    /// @param times when it counts; `low_timesteps`, 99 and 901 by default, and `high_timesteps`,
    ///   −1 and 301
    record Growth(double alpha, Settings.Range times) {
        double at(double time) {
            return times.contains(time) ? alpha : 1;
        }
    }

    static FasterCache of(Settings s) {
        return new FasterCache(
                s.atLeast("spatial_range", 1, 2),
                s.range("timesteps_range", new Settings.Range(-1, 681)),
                s.number("weight", 0.5),
                s.atLeast("uncond_range", 1, 5),
                s.range("uncond_timesteps_range", new Settings.Range(-1, 641)),
                new Growth(
                        s.number("alpha_low", 1.1),
                        s.range("low_timesteps", new Settings.Range(99, 901))),
                new Growth(
                        s.number("alpha_high", 1.1),
                        s.range("high_timesteps", new Settings.Range(-1, 301))));
    }

    @Override
    public Coverage coverage(Course course) {
        return Coverage.attention(course);
    }

    @Override
    public Retention retention() {
        return store -> new Extrapolation(store, (float) weight);
    }

    @Override
    public Judge judge(Course course) {
        return Judge.timetable(
                step ->
                        attentionTimes.contains(course.timesteps().get(step))
                                && (step == 0 || step % attentionRange != 0)
                                && (!course.guided() || passesOverGuidance(course, step)));
    }

    private boolean passesOverGuidance(Course course, int step) {
        return guidanceTimes.contains(course.timesteps().get(step)) && step % guidanceRange != 0;
    }

    @Override
    public Policy unconditional(Course course, Supplier<Features> conditional) {
        return new Guidance(this, course, conditional);
    }

    /// The rule of the unconditional branch.
    private record Guidance(FasterCache rule, Course course, Supplier<Features> conditional)
            implements Policy {
        @Override
        public Coverage coverage(Course course) {
            return Coverage.MODEL;
        }

        @Override
        public Retention retention() {
            return store -> new GuidanceDelta(store, course, conditional, rule.low, rule.high);
        }

        @Override
        public Judge judge(Course course) {
            return Judge.timetable(step -> rule.passesOverGuidance(course, step));
        }
    }
}
