import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Checks (`check`) or mends (`fix`) the format of every Java source below the current folder.
///
/// A formatter plugin would run inside Maven's JVM, which may be too old for the formatter: this
/// program runs on the JDK that compiles.
final class Format {
    private static final Formatter FORMATTER =
            new Formatter(
                    JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build());

    private Format() {}

    public static void main(String[] args) throws IOException, FormatterException {
        boolean fix = args[0].equals("fix");
        List<Path> wrong = new ArrayList<>();
        List<Path> sources = sources();
        for (Path source : sources) {
            String text = Files.readString(source);
            String formatted = formatted(text);
            if (!formatted.equals(text)) {
                wrong.add(source);
                if (fix) {
                    Files.writeString(source, formatted);
                }
            }
        }
        String outcome = fix ? "put in" : "are not in";
        wrong.forEach(source -> System.out.println("  " + source));
        System.out.printf(
                "format: %d of %d sources %s google-java-format's AOSP style%s%n",
                wrong.size(),
                sources.size(),
                outcome,
                wrong.isEmpty() || fix ? "" : "; .ci/format mends them");
        System.exit(wrong.isEmpty() || fix ? 0 : 1);
    }

    private static String formatted(String text) throws FormatterException {
        String ordered =
                ImportOrderer.reorderImports(
                        RemoveUnusedImports.removeUnusedImports(text),
                        JavaFormatterOptions.Style.AOSP);
        return FORMATTER.formatSource(ordered);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("target"))
                    .sorted()
                    .toList();
        }
    }
}
