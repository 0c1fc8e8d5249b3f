package lightcache4j.cli.media;

import lightcache4j.tensors.EngineException;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// An input is not there, or not what its name says.
public final class CannotRead extends EngineException {
    private static final long serialVersionUID = 1L;

    /// @param path what was to be read
    /// @param reason what it is, what was wanted
    public CannotRead(Path path, String reason) {
        super("input: %s %s".formatted(path, reason));
    }

    /// @param path what was to be read
    /// @param cause what the system or a library said
    public CannotRead(Path path, Exception cause) {
        super("input: %s cannot be read: %s".formatted(path, reason(cause)), cause);
    }

    private static String reason(Exception cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "no permission";
            default -> String.valueOf(cause.getMessage()).lines().findFirst().orElse("damaged");
        };
    }
}
