package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;

import org.jspecify.annotations.Nullable;

/// What is kept of a computed site, and how it stands in for a computation later.
///
/// `x` is what goes into the site, `y` what comes out, at step `t`; `s` is the last step computed.
@FunctionalInterface
interface Retention {
    /// `y(t) ≈ y(s)`.
    Retention OUTPUT = LastOutput::new;

    /// `y(t) ≈ x(t) + (y(s) − x(s))`.
    Retention RESIDUAL = LastResidual::new;

    /// `y(t) ≈ Σ Δⁱy(s) · (t − s)ⁱ / i!` for `i` to `order`, with the divided differences `Δⁱ` of
    /// the steps computed.
    static Retention series(int order) {
        return store -> new Series(store, order);
    }

    /// Keeps nothing yet.
    Kept open(Store store);

    /// What one site keeps.
    interface Kept {
        /// Whether there is something to reuse.
        boolean present();

        /// Whether [#keep] wants to see what went in.
        default boolean needsInput() {
            return false;
        }

        /// The site is about to be computed: what will be replaced can be freed already.
        default void makeRoom() {}

        /// What is kept may be wanted soon: it can be brought back into memory.
        default void ahead() {}

        /// Remembers a computation.
        ///
        /// @param x may be null where [#needsInput] is false
        void keep(int step, @Nullable Features x, Features y);

        /// What stands in for a computation; owned by the current workspace, or by the store until
        /// anything kept is used next.
        Features reuse(int step, Features x);
    }
}
