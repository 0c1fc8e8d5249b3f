package lightcache4j.tests.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Temporary folders of tokenizer files.
final class Folder {
    private Folder() {}

    /// What `load` makes of a copy of `folder` that lacks one file.
    static <T> T without(Path folder, String left, Function<Path, T> load) {
        return copied(
                folder,
                copy -> {
                    try {
                        Files.delete(copy.resolve(left));
                        return load.apply(copy);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /// What `load` makes of a copy of `folder` in which one file has other content.
    static <T> T with(Path folder, String file, String content, Function<Path, T> load) {
        return copied(
                folder,
                copy -> {
                    try {
                        Files.writeString(copy.resolve(file), content);
                        return load.apply(copy);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static <T> T copied(Path folder, Function<Path, T> use) {
        try {
            Path copy = Files.createTempDirectory("tokenizer");
            try {
                for (Path file : files(folder)) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
                return use.apply(copy);
            } finally {
                for (Path file : files(copy)) {
                    Files.delete(file);
                }
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
