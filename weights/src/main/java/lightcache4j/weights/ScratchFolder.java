package lightcache4j.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A folder that goes away, with what is in it, when it is closed, at the latest with the process.
///
/// Who holds its monitor keeps it from going meanwhile, even where the process is being ended.
public final class ScratchFolder implements AutoCloseable {
    private final Path path;
    private final ExitHook atExit;
    private boolean removed;

    private ScratchFolder(Path path) {
        this.path = path;
        this.atExit = new ExitHook("remove " + path, this::remove);
    }

    /// Creates one in the folder `below`, under a name of its own.
    ///
    /// @param prefix how that name begins
    /// @throws IOException if the system refuses
    public static ScratchFolder create(Path below, String prefix) throws IOException {
        return new ScratchFolder(Files.createTempDirectory(below, prefix));
    }

    /// Where it is.
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        remove();
        atExit.cancel();
    }

    private synchronized void remove() {
        if (removed) {
            return;
        }
        removed = true;
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(path + ": cannot be removed", refused);
        }
    }
}
