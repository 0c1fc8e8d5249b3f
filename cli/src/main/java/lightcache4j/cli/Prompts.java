package lightcache4j.cli;

import lightcache4j.cli.media.CannotRead;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Several prompts at once.
final class Prompts {
    /// Those of the demo's reference run, in the demo's own words.
    private static final List<String> DEMO =
            List.of(
                    "a red circle moving left to right on a white background",
                    "A large yellow star spinning on a navy background.",
                    "on an ocean background, a small pink cross is circling around");

    private Prompts() {}

    /// A prompt for each line; empty ones and those that begin with `#` are skipped.
    ///
    /// @param file null for the demo's
    /// @throws CannotRead if it is no UTF-8 text, or has no prompt
    static List<String> of(@Nullable Path file) {
        if (file == null) {
            return DEMO;
        }
        List<String> prompts;
        try {
            prompts =
                    Files.readAllLines(file).stream()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .toList();
        } catch (IOException e) {
            throw new CannotRead(file, e);
        }
        if (prompts.isEmpty()) {
            throw new CannotRead(file, "has no prompt, wanted one on a line");
        }
        return prompts;
    }
}
