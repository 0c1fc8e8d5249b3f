package lightcache4j.model.run;

import lightcache4j.model.run.swap.Swap;

/// Opens the sessions of a generation.
@FunctionalInterface
public interface SessionFactory {
    /// Computes everything, every step.
    SessionFactory PLAIN = (_, next, _) -> _ -> _ -> next;

    /// Sessions for one generation, which allocate what they keep beside the current workspace.
    ///
    /// @param course the generation
    /// @param next runs the bodies that are computed, the same for both branches and every step
    /// @param swap where what is kept goes between uses
    Sessions open(Course course, Runner next, Swap swap);
}
