package lightcache4j.model.run;

import java.util.Map;

/// How the denoiser is run in one generation: a [Session] for each guidance branch.
///
/// Opened inside the denoising stage and closed at its end, so that nothing it keeps is held while
/// latents are decoded.
@FunctionalInterface
public interface Sessions extends AutoCloseable {
    /// The session of a branch; the same one every time.
    Session of(Branch branch);

    /// What was reused so far, for each branch; empty where nothing ever is.
    default Map<Branch, Reuse> reuse() {
        return Map.of();
    }

    /// Frees what the sessions keep.
    @Override
    default void close() {}
}
