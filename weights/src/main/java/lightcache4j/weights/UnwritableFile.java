package lightcache4j.weights;

import lightcache4j.tensors.EngineException;

import java.nio.file.Path;

/// A result cannot be written where it was asked for.
public final class UnwritableFile extends EngineException {
    private static final long serialVersionUID = 1L;

    /// @param reason what stands in the way, what was wanted, and a hint
    public UnwritableFile(Path file, String reason) {
        super(file + ": " + reason);
    }

    /// @param reason what stands in the way, what was wanted, and a hint
    /// @param cause what the system said
    public UnwritableFile(Path file, String reason, Throwable cause) {
        super(file + ": " + reason, cause);
    }
}
