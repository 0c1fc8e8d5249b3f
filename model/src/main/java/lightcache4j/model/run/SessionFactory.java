package lightcache4j.model.run;

/// Opens the sessions of a generation.
@FunctionalInterface
public interface SessionFactory {
    /// Computes everything, every step, and frees as it goes.
    SessionFactory PLAIN = _ -> Sessions.PLAIN;

    /// Sessions for one generation, which allocate what they keep beside the current workspace.
    ///
    /// @param course the generation
    Sessions open(Course course);
}
