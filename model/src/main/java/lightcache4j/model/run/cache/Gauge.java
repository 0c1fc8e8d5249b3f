package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.absoluteDifference;
import static lightcache4j.tensors.Arithmetic.moments;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// Measures what a policy decides by, once per step.
interface Gauge {
    /// Measures nothing.
    Gauge NONE = new Gauge() {};

    /// How far a tensor is from an earlier one, relative to that: `mean |now − then| / mean
    /// |then|`.
    static double relativeChange(Tensor now, Tensor then) {
        return absoluteDifference(now, then) / (moments(then).meanAbsolute() * then.size());
    }

    /// Sees a site that is not covered.
    default Features watch(Site site, Features x, Supplier<Features> compute) {
        return compute.get();
    }

    /// The path of the site within the first covered one whose output is measured; null where what
    /// goes into that one is.
    default @Nullable String looksAt() {
        return null;
    }

    /// The measurement of this step.
    ///
    /// @param x what goes into the first covered site, or what [#looksAt] puts out
    default double measure(Features x) {
        return 0;
    }

    /// What was decided on it.
    default void decided(boolean reuse) {}

    /// What was computed, if it was.
    default void computed(Features x, Features y) {}

    /// Makes the gauge of a branch.
    @FunctionalInterface
    interface Source {
        /// Makes none.
        Source NONE = _ -> Gauge.NONE;

        Gauge open(Store store);
    }
}
