package lightcache4j.kernels.vector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Whether a core brings near by itself what a product is about to read from beyond its
/// second-level cache.
///
/// A tile reads two lines of 64 bytes of a panel in 24 multiply-adds. On Intel's cores that is too
/// slow for them to fetch ahead in earnest; reading a number of each line first, many lines under
/// way at once, gains 2 to 4 % of a layer there. A Zen 4 fetches ahead at that pace, and the same
/// reads take 2 to 4 % of a layer of 256 rows of a small model and 4 to 10 % of one of 80.
final class Fetching {
    /// Says which, instead of the processor's maker.
    private static final String TOUCH = "lightcache4j.cpu.touch";

    private static final String AMD = "AuthenticAMD";

    /// Whether panels are to be touched before they are read.
    static final boolean NEEDS_TOUCH =
            Boolean.parseBoolean(
                    System.getProperty(TOUCH, String.valueOf(Lanes.WIDTH < 16 || !isAmd())));

    private Fetching() {}

    /// As the system says; no where it does not.
    private static boolean isAmd() {
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        if (windows != null) {
            return windows.contains(AMD);
        }
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.limit(8).anyMatch(line -> line.contains(AMD));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
