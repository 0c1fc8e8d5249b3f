package lightcache4j.weights;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// Unpacks one archive into an empty folder and lets nothing out of it: no path that leaves the
/// folder, no link, no device, no name twice, and no more than the limits allow.
final class Unpacking {
    private static final int BUFFER = 1 << 16;
    private static final int DEEPEST = 16;

    private final Path archive;
    private final Path folder;
    private final ArchiveLimits limits;
    private final long packed;
    private long unpacked;
    private int entries;

    private Unpacking(Path archive, Path folder, ArchiveLimits limits) throws IOException {
        this.archive = archive;
        this.folder = folder;
        this.limits = limits;
        this.packed = Files.size(archive);
    }

    /// @throws MalformedArchive if the archive is damaged, or holds what it should not
    /// @throws UnreadableModel if the system refuses to write
    static void unpack(Path archive, ArchiveKind kind, Path folder, ArchiveLimits limits) {
        try {
            Unpacking unpacking = new Unpacking(archive, folder, limits);
            if (kind == ArchiveKind.ZIP) {
                unpacking.zip();
            } else {
                unpacking.tar(kind);
            }
        } catch (IOException | IllegalArgumentException | ArithmeticException damaged) {
            // The library tells of bad fields by unchecked exceptions too.
            throw new MalformedArchive(
                    archive,
                    "cannot be unpacked to %s (%s), wanted a sound archive and room for it there"
                            .formatted(folder, Printable.of(String.valueOf(damaged.getMessage()))),
                    damaged);
        }
    }

    private void tar(ArchiveKind kind) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER);
                InputStream plain = decompressed(file, kind);
                TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8")) {
            for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
                byte type = e.getLinkFlag();
                boolean usual =
                        type == TarConstants.LF_NORMAL
                                || type == TarConstants.LF_OLDNORM
                                || e.isSparse();
                if (e.isDirectory()) {
                    makeFolder(e.getName());
                } else if (usual && tar.canReadEntryData(e)) {
                    long size = write(e.getName(), tar, new CRC32());
                    require(size == e.getRealSize(), e.getName(), "has another size than it says");
                } else {
                    throw refused(e.getName(), "is a link or a special file");
                }
            }
            if (tar.getBytesRead() % TarConstants.DEFAULT_RCDSIZE != 0) {
                // The library takes half a header for the end.
                throw new EOFException("it ends inside a header");
            }
        }
    }

    private static InputStream decompressed(InputStream file, ArchiveKind kind) throws IOException {
        return switch (kind) {
            case TAR_GZ ->
                    GzipCompressorInputStream.builder()
                            .setInputStream(file)
                            .setDecompressConcatenated(true)
                            .get();
            case TAR_BZ2 -> new BZip2CompressorInputStream(file, true);
            case TAR, ZIP -> file;
        };
    }

    private void zip() throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (ZipArchiveEntry e : zipEntries(zip)) {
                String name = e.getName();
                require(!e.isUnixSymlink(), name, "is a link");
                require(zip.canReadEntryData(e), name, "is encrypted or packed in an unknown way");
                if (e.isDirectory()) {
                    makeFolder(name);
                    continue;
                }
                CRC32 sum = new CRC32();
                try (InputStream in = zip.getInputStream(e)) {
                    long size = write(name, in, sum);
                    require(size == e.getSize(), name, "has another size than it says");
                    require(
                            sum.getValue() == e.getCrc(),
                            name,
                            "has another checksum than it says");
                }
            }
        }
    }

    private static List<ZipArchiveEntry> zipEntries(ZipFile zip) {
        List<ZipArchiveEntry> entries = new ArrayList<>();
        zip.getEntriesInPhysicalOrder().asIterator().forEachRemaining(entries::add);
        return entries;
    }

    private void makeFolder(String name) throws IOException {
        Files.createDirectories(inside(name));
    }

    /// @return the number of bytes
    private long write(String name, InputStream in, CRC32 sum) throws IOException {
        Path file = inside(name);
        require(!file.equals(folder), name, "is the folder itself");
        Files.createDirectories(file.getParent());
        long size = 0;
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                count(n);
                out.write(buffer, 0, n);
                sum.update(buffer, 0, n);
                size += n;
            }
        } catch (FileAlreadyExistsException taken) {
            throw refused(name, "comes twice");
        }
        return size;
    }

    private void count(int bytes) {
        unpacked += bytes;
        if (unpacked > limits.bytes()) {
            throw tooMuch("%d bytes".formatted(limits.bytes()));
        }
        if (unpacked > ArchiveLimits.RATIO_FREE && unpacked / limits.ratio() > packed) {
            throw tooMuch("%d times its size of %d bytes".formatted(limits.ratio(), packed));
        }
    }

    private MalformedArchive tooMuch(String most) {
        return new MalformedArchive(
                archive,
                "unpacks to more than %s, wanted less; raise the limit if you trust it"
                        .formatted(most));
    }

    /// The place of an entry, which is below the folder whatever its name is.
    private Path inside(String name) {
        if (++entries > limits.entries()) {
            throw tooMuch("%d files and folders".formatted(limits.entries()));
        }
        require(!name.startsWith("/"), name, "starts at the root");
        Path place = folder;
        for (String step : name.split("/", -1)) {
            if (!step.isEmpty() && !step.equals(".")) {
                require(FileNames.isPlain(step), name, "leaves the folder or cannot be named here");
                place = place.resolve(step);
            }
        }
        int depth = place.getNameCount() - folder.getNameCount();
        require(depth <= DEEPEST, name, "is nested more than %d deep".formatted(DEEPEST));
        require(place.normalize().startsWith(folder.normalize()), name, "leaves the folder");
        return place;
    }

    private void require(boolean holds, String name, String otherwise) {
        if (!holds) {
            throw refused(name, otherwise);
        }
    }

    private MalformedArchive refused(String name, String what) {
        return new MalformedArchive(
                archive,
                "entry %s %s, wanted plain files and folders of a model; is it tampered with?"
                        .formatted(Printable.of(name), what));
    }
}
