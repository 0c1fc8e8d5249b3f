package lightcache4j.kernels.gpu;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/// The ways that [Tuning] has chosen on a device, kept from run to run: a file of properties, a
/// line for each shape. One of another device, driver or TornadoVM counts as empty. What it says is
/// a name among those that an operation has; any other is as good as none.
final class TuningFile {
    private static final String FILE = "lightcache4j.gpu.tuning";

    /// Says what device the choices are for.
    private static final String DEVICE = "device";

    /// Before a way that is the first of its operation.
    private static final String BY_RULE = "rule: ";

    private final Path path;
    private final Properties lines = new Properties();

    private TuningFile(Path path, String device) {
        this.path = path;
        lines.setProperty(DEVICE, device);
    }

    /// `-Dlightcache4j.gpu.tuning`, or a file of the device in the user's cache.
    static Path ofThisProcess() {
        String set = System.getProperty(FILE);
        if (set != null) {
            return Path.of(set).toAbsolutePath();
        }
        String device = Sdk.deviceName().replaceAll("[^A-Za-z0-9]+", "-");
        return cache().resolve("lightcache4j").resolve("gpu").resolve(device + ".properties");
    }

    private static Path cache() {
        for (String variable : new String[] {"XDG_CACHE_HOME", "LOCALAPPDATA"}) {
            String folder = System.getenv(variable);
            if (folder != null && !folder.isEmpty()) {
                return Path.of(folder);
            }
        }
        return Path.of(System.getProperty("user.home"), ".cache");
    }

    /// Reads a file; one that is not there is empty.
    ///
    /// @param device name, driver and runtime
    /// @throws IllegalArgumentException if it cannot be read
    static TuningFile open(Path path, String device) {
        TuningFile file = new TuningFile(path, device);
        if (Files.exists(path)) {
            Properties read = new Properties();
            try (Reader in = Files.newBufferedReader(path)) {
                read.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "gpu: %s is no file of properties (%s), wanted what tuning wrote; delete it"
                                .formatted(path, e),
                        e);
            }
            if (device.equals(read.getProperty(DEVICE))) {
                file.lines.putAll(read);
            }
        }
        return file;
    }

    Path path() {
        return path;
    }

    /// Asks before anything is measured; what is there stays.
    ///
    /// @throws IllegalArgumentException if choices cannot be kept there
    void requireWritable() {
        try {
            Path folder = Files.createDirectories(path.toAbsolutePath().getParent());
            if (!Files.isWritable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "gpu: %s cannot be written (%s), wanted a place to keep what tuning finds; -D%s"
                            .formatted(path, e, FILE),
                    e);
        }
    }

    /// How many shapes it has.
    int shapes() {
        return lines.size() - 1;
    }

    /// How many of them are not computed in the first way.
    long others() {
        return shapes()
                - lines.values().stream().filter(way -> way.toString().startsWith(BY_RULE)).count();
    }

    /// The way that was chosen for a shape; null if none was.
    @Nullable String get(String shape) {
        String way = lines.getProperty(shape);
        return way != null && way.startsWith(BY_RULE) ? way.substring(BY_RULE.length()) : way;
    }

    /// Keeps a choice, at once.
    void put(String shape, String way, boolean byRule) {
        lines.setProperty(shape, byRule ? BY_RULE + way : way);
        write();
    }

    private void write() {
        try {
            Path folder = Files.createDirectories(path.toAbsolutePath().getParent());
            Path whole = Files.createTempFile(folder, ".tuning", null);
            try {
                try (Writer out = Files.newBufferedWriter(whole)) {
                    lines.store(out, "the fastest way of each shape; delete to measure again");
                }
                Files.move(
                        whole,
                        path,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("gpu: cannot write " + path, e);
        }
    }
}
