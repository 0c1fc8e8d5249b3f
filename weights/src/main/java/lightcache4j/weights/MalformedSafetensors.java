package lightcache4j.weights;

import lightcache4j.tensors.EngineException;

import java.nio.file.Path;

/// A file is not what the safetensors format allows.
public final class MalformedSafetensors extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;
    private final String reason;

    /// @param offset where in the file the fault was found, in bytes
    /// @param reason what is there, what was wanted, and a hint
    public MalformedSafetensors(Path file, long offset, String reason) {
        super("%s at byte %d: %s".formatted(file, offset, reason));
        this.file = file;
        this.offset = offset;
        this.reason = reason;
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// Where in the file the fault was found, in bytes.
    public long offset() {
        return offset;
    }

    /// What is there, what was wanted, and a hint; the message without its place.
    public String reason() {
        return reason;
    }
}
