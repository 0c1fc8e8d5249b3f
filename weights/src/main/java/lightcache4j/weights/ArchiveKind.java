package lightcache4j.weights;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// What a file is, by its first bytes.
enum ArchiveKind {
    TAR,
    TAR_GZ,
    TAR_BZ2,
    ZIP;

    private static final int HEAD = 512;
    private static final int USTAR = 257;

    /// The kind of archive that the file is; null if it is none.
    ///
    /// @throws UnreadableModel if it cannot be read, or is an archive of a kind that is not
    ///   unpacked here
    static @Nullable ArchiveKind of(Path file) {
        byte[] head = head(file);
        if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
            return ZIP;
        }
        if (starts(head, 0x1f, 0x8b)) {
            return TAR_GZ;
        }
        if (starts(head, 'B', 'Z', 'h')) {
            return TAR_BZ2;
        }
        if (isTar(head) || file.toString().toLowerCase(Locale.ROOT).endsWith(".tar")) {
            return TAR;
        }
        boolean other =
                starts(head, 0xfd, '7', 'z', 'X', 'Z')
                        || starts(head, '7', 'z', 0xbc, 0xaf)
                        || starts(head, 0x28, 0xb5, 0x2f, 0xfd)
                        || starts(head, 'R', 'a', 'r', '!');
        if (other) {
            throw new UnreadableModel(
                    file
                            + ": is an archive of another kind, wanted .tar, .tar.gz, .tar.bz2 or"
                            + " .zip; unpack it first");
        }
        return null;
    }

    private static byte[] head(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEAD);
        } catch (IOException refused) {
            throw new UnreadableModel(
                    "%s: cannot be read (%s), wanted a model".formatted(file, refused.getMessage()),
                    refused);
        }
    }

    private static boolean isTar(byte[] head) {
        byte[] mark = "ustar".getBytes(StandardCharsets.US_ASCII);
        return head.length == HEAD
                && Arrays.equals(head, USTAR, USTAR + mark.length, mark, 0, mark.length);
    }

    private static boolean starts(byte[] head, int... bytes) {
        boolean same = head.length >= bytes.length;
        for (int i = 0; same && i < bytes.length; i++) {
            same = head[i] == (byte) bytes[i];
        }
        return same;
    }
}
