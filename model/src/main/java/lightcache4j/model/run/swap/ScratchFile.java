package lightcache4j.model.run.swap;

import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Pool;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file without a name: it is deleted as soon as it is open, so that nothing of it is left
/// however the process ends.
///
/// It is read and written, not mapped: pages of a mapping would count as memory of the process
/// until the system takes them, which is what leaving memory is meant to avoid.
final class ScratchFile implements Place {
    private static final long MOST = 1 << 30; // a byte buffer holds less than 2 GiB

    private final Path folder;
    private final FileChannel channel;

    private ScratchFile(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /// @throws EngineException if no file can be made in `folder`
    static ScratchFile in(Path folder) {
        try {
            Path file = Files.createTempFile(folder, "lightcache4j-", ".swap");
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
            deleteNow(file);
            return new ScratchFile(folder, channel);
        } catch (IOException e) {
            throw new EngineException(
                    "swap: no scratch file can be made in %s (%s), wanted one; name another folder with --scratch"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private static void deleteNow(Path file) {
        try {
            Files.delete(file);
        } catch (IOException _) {
            // Some systems keep the name of an open file; it then goes when the channel closes.
        }
    }

    @Override
    public Pool pool() {
        return Pool.DISK;
    }

    @Override
    public void write(MemorySegment from, long at) throws IOException {
        for (long done = 0; done < from.byteSize(); ) {
            done += channel.write(piece(from, done), at + done);
        }
    }

    @Override
    public void read(MemorySegment to, long at) throws IOException {
        for (long done = 0; done < to.byteSize(); ) {
            int count = channel.read(piece(to, done), at + done);
            if (count < 0) {
                throw new EOFException("ends at byte " + (at + done));
            }
            done += count;
        }
    }

    private static ByteBuffer piece(MemorySegment bytes, long from) {
        return bytes.asSlice(from, Math.min(MOST, bytes.byteSize() - from)).asByteBuffer();
    }

    @Override
    public String name() {
        return "the scratch file in " + folder;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // It was only scratch, and its name is gone already.
        }
    }
}
