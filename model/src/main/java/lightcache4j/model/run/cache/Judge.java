package lightcache4j.model.run.cache;

import java.util.function.IntPredicate;

/// Decides for one guidance branch, step by step, in order.
@FunctionalInterface
interface Judge {
    /// Whether what is kept will do at `step`.
    ///
    /// @param step counted from 0
    /// @param measured what the policy measures; +∞ where nothing can be measured yet
    boolean reuse(int step, double measured);

    /// Whether a reuse at `step` is to be expected, so that what is kept is brought back in time;
    /// asked before the step, and changes nothing. True where it depends on what will be measured.
    default boolean foresees(int step) {
        return true;
    }

    /// The step is computed, for whatever reason; what was reckoned up since the last one is void.
    default void computed() {}

    /// Goes by the number of the step alone.
    ///
    /// @param reuses whether a step reuses
    static Judge timetable(IntPredicate reuses) {
        return new Judge() {
            @Override
            public boolean reuse(int step, double measured) {
                return reuses.test(step);
            }

            @Override
            public boolean foresees(int step) {
                return reuses.test(step);
            }
        };
    }
}
