package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;

import java.util.function.Supplier;

/// A rule that says at which steps what is kept will do. It knows numbers only: tensors are
/// measured, kept and put together in one place for all policies.
interface Policy {
    /// Which sites it takes the place of.
    ///
    /// @throws UnusableCache if the model is too short for it
    Coverage coverage(Course course);

    /// What is kept of each of them.
    Retention retention();

    /// Whether what a covered site puts out is still used when the next one begins, as with the two
    /// feed-forwards of a block; what is kept is then a copy.
    default boolean outputsLast() {
        return false;
    }

    /// What it decides by.
    default Gauge.Source gauge(Course course) {
        return Gauge.Source.NONE;
    }

    /// Whether the unconditional branch does as the conditional one did.
    default boolean conditionalDecides() {
        return false;
    }

    /// The rule of the unconditional branch.
    ///
    /// @param conditional what the conditional branch put out in the same step
    default Policy unconditional(Course course, Supplier<Features> conditional) {
        return this;
    }

    /// The judge of one branch in one generation.
    Judge judge(Course course);
}
