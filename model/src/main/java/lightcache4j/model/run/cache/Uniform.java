package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

/// Computes every `interval`-th step (DeepCache, arXiv:2312.00858; LightCache, arXiv:2510.05367).
///
/// Step `i`, counted from 0, is computed if `i mod interval = 0`. At the others the blocks from
/// `branch` on are not run: from block 0 on, the output of the last block is reused; from a later
/// one on, what those blocks added.
///
/// @param interval 1 or more; 2 by default
/// @param branch the first block that is not run; 0 by default
/// @param byTimestep as the code published with LightCache does on EasyAnimate: computed if `(⌊t⌋ −
///   ⌊t₀⌋) mod interval = 0`, by the timestep's value in place of the step's index
record Uniform(int interval, int branch, boolean byTimestep) implements Policy {

    static Uniform of(Settings s) {
        String compat = s.word("compat", "");
        if (!compat.isEmpty() && !compat.equals("lightcache")) {
            throw s.wrong("compat", "lightcache, or nothing");
        }
        return new Uniform(
                s.atLeast("interval", 1, 2), s.count("branch", 0), compat.equals("lightcache"));
    }

    @Override
    public Coverage coverage(Course course) {
        int from = byTimestep ? 0 : branch; // there, the last block's output is what is reused
        if (from >= course.depth()) {
            throw new UnusableCache(
                    "cache: branch of uniform is %d, wanted less than the model's %d blocks"
                            .formatted(branch, course.depth()));
        }
        return Coverage.blocks(course, from, course.depth());
    }

    @Override
    public Retention retention() {
        return branch == 0 || byTimestep ? Retention.OUTPUT : Retention.RESIDUAL;
    }

    @Override
    public Judge judge(Course course) {
        if (!byTimestep) {
            return Judge.timetable(step -> step % interval != 0);
        }
        int start = course.timesteps().getFirst().intValue();
        return Judge.timetable(
                step -> (course.timesteps().get(step).intValue() - start) % interval != 0);
    }
}
