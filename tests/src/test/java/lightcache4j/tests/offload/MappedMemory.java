package lightcache4j.tests.offload;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the system says of this process's memory.
final class MappedMemory {
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Pattern MAPPING =
            Pattern.compile("[0-9a-f]+-[0-9a-f]+ \\S+ \\S+ \\S+ \\S+ *(.*)");
    private static final Pattern RESIDENT = Pattern.compile("Rss: +(\\d+) kB");
    private static final long KILOBYTE = 1024;

    private MappedMemory() {}

    /// Skips the test where the system does not say.
    static void assumeTold() {
        assumeTrue(
                Files.isReadable(SMAPS),
                "only Linux tells in /proc/self/smaps which pages of a file are in memory");
    }

    /// Bytes of a mapped file that are in this process's memory (`Rss`).
    static long resident(Path file) {
        try {
            String wanted = file.toRealPath().toString();
            long kilobytes = 0;
            boolean inside = false;
            for (String line : Files.readAllLines(SMAPS)) {
                Matcher mapping = MAPPING.matcher(line);
                Matcher resident = RESIDENT.matcher(line);
                if (mapping.matches()) {
                    inside = mapping.group(1).equals(wanted);
                } else if (inside && resident.matches()) {
                    kilobytes += Long.parseLong(resident.group(1));
                }
            }
            return KILOBYTE * kilobytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
