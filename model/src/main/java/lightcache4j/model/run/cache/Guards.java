package lightcache4j.model.run.cache;

/// Limits that hold whatever a policy decides. All are off unless asked for.
///
/// @param warmupSteps steps at the beginning that are always computed
/// @param computeLast whether the last step is always computed
/// @param maxConsecutive how many steps in a row may reuse; 0 for any number
/// @param collapse whether a step is computed after all if what reuse gave is not [Plausible]
record Guards(int warmupSteps, boolean computeLast, int maxConsecutive, boolean collapse) {
    /// No limits.
    static final Guards NONE = new Guards(0, false, 0, false);

    /// Reads `warmup_steps`, `compute_last`, `max_consecutive` and `collapse_guard`.
    static Guards of(Settings s) {
        return new Guards(
                s.count("warmup_steps", NONE.warmupSteps()),
                s.flag("compute_last", NONE.computeLast()),
                s.count("max_consecutive", NONE.maxConsecutive()),
                s.flag("collapse_guard", NONE.collapse()));
    }

    /// Whether `step` of `steps` may reuse, `inRow` having done so right before it.
    boolean allow(int step, int steps, int inRow) {
        return step >= warmupSteps
                && !(computeLast && step == steps - 1)
                && (maxConsecutive == 0 || inRow < maxConsecutive);
    }
}
