package lightcache4j.cli.media;

import lightcache4j.weights.UnwritableFile;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// What the system says when it refuses, as one line.
final class Failures {
    private Failures() {}

    static UnwritableFile unwritable(Path path, IOException refused) {
        return new UnwritableFile(
                path,
                "cannot be written (%s), wanted a place with room and the right to write"
                        .formatted(reason(refused)),
                refused);
    }

    private static String reason(IOException refused) {
        if (refused instanceof FileSystemException e && e.getReason() != null) {
            return String.valueOf(e.getReason());
        }
        return String.valueOf(refused.getMessage());
    }
}
