package lightcache4j.tests.weights;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/// Writes archives with whatever names and entries a test wants, the hostile ones too.
final class ArchiveMaker implements AutoCloseable {
    enum Kind {
        tar,
        tar_gz,
        tar_bz2,
        zip
    }

    private static final int LINK = 0120777;

    // One of the two; the other is null.
    private final TarArchiveOutputStream tar;
    private final ZipArchiveOutputStream zip;

    ArchiveMaker(Path file, Kind kind) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        this.zip = kind == Kind.zip ? new ZipArchiveOutputStream(out) : null;
        this.tar =
                switch (kind) {
                    case tar -> new TarArchiveOutputStream(out, "UTF-8");
                    case tar_gz ->
                            new TarArchiveOutputStream(
                                    new GzipCompressorOutputStream(out), "UTF-8");
                    case tar_bz2 ->
                            new TarArchiveOutputStream(
                                    new BZip2CompressorOutputStream(out), "UTF-8");
                    case zip -> null;
                };
    }

    void file(String name, byte[] bytes) throws IOException {
        if (zip != null) {
            put(zip, new ZipArchiveEntry(name), bytes);
        }
        if (tar != null) {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
            entry.setSize(bytes.length);
            put(tar, entry, bytes);
        }
    }

    /// Only in a zip: a file that is not compressed.
    void stored(String name, byte[] bytes) throws IOException {
        if (zip == null) {
            throw new IllegalStateException("no zip");
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        put(zip, entry, bytes);
    }

    void symbolicLink(String name, String target) throws IOException {
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        if (zip != null) {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            entry.setUnixMode(LINK);
            put(zip, entry, bytes);
        }
        if (tar != null) {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
            entry.setLinkName(target);
            put(tar, entry, new byte[0]);
        }
    }

    /// Only in a tar: an entry of any type.
    void special(String name, byte type) throws IOException {
        if (tar == null) {
            throw new IllegalStateException("no tar");
        }
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName("config.json");
        put(tar, entry, new byte[0]);
    }

    private static void put(ZipArchiveOutputStream out, ZipArchiveEntry entry, byte[] bytes)
            throws IOException {
        out.putArchiveEntry(entry);
        out.write(bytes);
        out.closeArchiveEntry();
    }

    private static void put(TarArchiveOutputStream out, TarArchiveEntry entry, byte[] bytes)
            throws IOException {
        out.putArchiveEntry(entry);
        out.write(bytes);
        out.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
        if (tar != null) {
            tar.close();
        }
    }
}
