package lightcache4j.model.run.cache;

/// Decides for one guidance branch, step by step, in order.
@FunctionalInterface
interface Judge {
    /// Whether what is kept will do at `step`.
    ///
    /// @param step counted from 0
    /// @param measured what the policy measures; +∞ where nothing can be measured yet
    boolean reuse(int step, double measured);

    /// The step is computed, for whatever reason; what was reckoned up since the last one is void.
    default void computed() {}
}
