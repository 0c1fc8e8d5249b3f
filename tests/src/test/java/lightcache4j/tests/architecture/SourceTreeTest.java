package lightcache4j.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Rules about files, checked on the sources.
class SourceTreeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");
    private static final int LONGEST_FILE = 300;
    private static final int LONGEST_KERNEL_FAMILY = 400;
    private static final Pattern LEFT_BEHIND =
            Pattern.compile("TO" + "DO|FIX" + "ME|@Dis" + "abled");

    @Test
    void theSourcesWereFound() {
        assertTrue(sources().size() > 40, "only " + sources().size() + " sources below " + ROOT);
    }

    @Test
    void everyPackageHasItsChapter() {
        List<Path> without =
                sources().stream()
                        .filter(source -> !source.endsWith("module-info.java"))
                        .map(Path::getParent)
                        .distinct()
                        .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                        .map(ROOT::relativize)
                        .toList();
        assertEquals(List.of(), without, "packages without package-info.java");
    }

    @Test
    void everyModuleIsNullMarked() {
        List<Path> modules =
                sources().stream().filter(source -> source.endsWith("module-info.java")).toList();
        List<Path> without =
                modules.stream().filter(module -> !text(module).contains("NullMarked")).toList();
        assertEquals(6, modules.size(), "modules: " + modules);
        assertEquals(List.of(), without, "modules without @NullMarked");
    }

    @Test
    void noFileIsTooLong() {
        List<String> tooLong =
                sources().stream()
                        .filter(source -> text(source).lines().count() > longest(source))
                        .map(source -> ROOT.relativize(source) + " " + text(source).lines().count())
                        .toList();
        assertEquals(List.of(), tooLong, "files longer than they may be");
    }

    @Test
    void nothingIsLeftBehind() {
        List<Path> left =
                sources().stream()
                        .filter(source -> LEFT_BEHIND.matcher(text(source)).find())
                        .filter(source -> !source.toString().contains("architecture"))
                        .map(ROOT::relativize)
                        .toList();
        assertEquals(List.of(), left, "sources with something left behind");
    }

    private static int longest(Path source) {
        return ROOT.relativize(source).startsWith("kernels") ? LONGEST_KERNEL_FAMILY : LONGEST_FILE;
    }

    private static List<Path> sources() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> ROOT.relativize(file).toString().contains("src"))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
