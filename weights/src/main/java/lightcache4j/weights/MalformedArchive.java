package lightcache4j.weights;

import lightcache4j.tensors.EngineException;

import java.nio.file.Path;

/// An archive is damaged, or holds what no archive of a model holds.
public final class MalformedArchive extends EngineException {
    private static final long serialVersionUID = 1L;

    /// @param reason what is there, what was wanted, and a hint
    public MalformedArchive(Path archive, String reason) {
        super(archive + ": " + reason);
    }

    /// @param reason what is there, what was wanted, and a hint
    public MalformedArchive(Path archive, String reason, Throwable cause) {
        super(archive + ": " + reason, cause);
    }
}
