package lightcache4j.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that appears whole or not at all: it is written under another name in the same folder,
/// and takes its own name, in one step, once it is complete.
///
/// ```java
/// try (WholeFile file = WholeFile.create(target)) {
///     file.stream().write(bytes);
///     file.commit();
/// } // without the commit, nothing is left
/// ```
///
/// A process that is killed outright can leave the other name behind, `.NAME.….part`, never half a
/// file under the name that was asked for.
public final class WholeFile implements AutoCloseable {
    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final ExitHook atExit;
    private boolean committed;

    private WholeFile(Path target, Path partial, FileChannel channel) {
        this.target = target;
        this.partial = partial;
        this.channel = channel;
        this.atExit = new ExitHook("remove " + partial, () -> partial.toFile().delete());
    }

    /// Begins a file that will replace what `target` names.
    ///
    /// @throws UnwritableFile if its folder is missing or cannot be written, or `target` is a
    ///   folder
    public static WholeFile create(Path target) {
        Path name = target.getFileName();
        if (name == null || (Files.exists(target) && !Files.isRegularFile(target))) {
            throw new UnwritableFile(
                    target,
                    "is a folder or a device, wanted the name of a file",
                    new IOException("no file"));
        }
        long mark = ProcessHandle.current().pid();
        while (true) {
            Path partial = target.resolveSibling(".%s.%x.part".formatted(name, mark));
            try {
                FileChannel channel =
                        FileChannel.open(
                                partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                return new WholeFile(target, partial, channel);
            } catch (FileAlreadyExistsException taken) {
                mark++;
            } catch (NoSuchFileException missing) {
                if (Files.isDirectory(partial.toAbsolutePath().resolveSibling(""))) {
                    throw failure(target, missing);
                }
                throw new UnwritableFile(
                        target,
                        "its folder is missing, wanted one to write to; create it",
                        missing);
            } catch (IOException refused) {
                throw failure(target, refused);
            }
        }
    }

    /// Where its bytes go.
    public FileChannel channel() {
        return channel;
    }

    /// Where its bytes go, as a stream; not buffered, and closing it changes nothing.
    public OutputStream stream() {
        return Channels.newOutputStream(channel);
    }

    /// Gives the file its name; what had that name before is gone.
    ///
    /// @throws UnwritableFile if the system refuses
    public void commit() {
        try {
            channel.force(true);
            channel.close();
            Files.move(
                    partial,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            committed = true;
            atExit.cancel();
        } catch (IOException refused) {
            throw failure(target, refused);
        }
    }

    static UnwritableFile failure(Path target, IOException refused) {
        return new UnwritableFile(
                target,
                "cannot be written (%s), wanted a place with room and the right to write"
                        .formatted(refused.getMessage()),
                refused);
    }

    /// Removes what was written, unless it was committed.
    @Override
    public void close() {
        if (committed) {
            return;
        }
        try {
            channel.close();
            Files.deleteIfExists(partial);
            atExit.cancel();
        } catch (IOException refused) {
            throw failure(partial, refused);
        }
    }
}
