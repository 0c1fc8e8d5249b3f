package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `ablate` prints.
class AblateTextTest {
    @TempDir private Path folder;

    @Test
    void everyRowIsInEveryTable() throws IOException {
        Path prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, "a red circle\na blue ring\n");
        List<Object> words =
                AblateTest.words(
                        prompts, "--policies", "none", "--cache", "uniform", "--repeat", 2);
        Program program = Program.done(words.toArray());
        Map.of("time, s", 1L, "most memory", 1L, "likeness", 1L, "lightcache ", 4L)
                .forEach(
                        (text, times) ->
                                assertEquals(
                                        times.longValue(),
                                        program.out()
                                                .lines()
                                                .filter(l -> l.startsWith(text))
                                                .count(),
                                        text + " in\n" + program.out()));
        assertEquals("", program.err());
        costsAreThoseOfTheTables(program.out());
    }

    /// The sentence about what the techniques take, against the cells it follows from.
    private static void costsAreThoseOfTheTables(String text) {
        Matcher cost =
                Pattern.compile(
                                "alone by ([+-][0-9.]+) %; copying took ([0-9.]+) ms, of which computing waited for ([0-9.]+): (\\d+) % was hidden")
                        .matcher(text);
        assertTrue(cost.find(), text);
        double alone = cell(text, "time, s", "cache", 4);
        double all = cell(text, "time, s", "lightcache", 4);
        double half = 0.0005; // of the last digit of a cell
        double least = 100 * ((all - half) / (alone + half) - 1) - 0.05;
        double most = 100 * ((all + half) / (alone - half) - 1) + 0.05;
        double said = Double.parseDouble(cost.group(1));
        assertTrue(least <= said && said <= most, least + " to " + most + "\n" + text);
        double copied = 1e3 * cell(text, "most memory", "lightcache", 7);
        double waited = 1e3 * cell(text, "most memory", "lightcache", 8);
        assertEquals(copied, Double.parseDouble(cost.group(2)), 0.11);
        assertEquals(waited, Double.parseDouble(cost.group(3)), 0.11);
        double rounding = 0.5 + 100 * 0.1 / copied;
        double hidden = 100 * Math.max(0, 1 - waited / copied);
        assertEquals(hidden, Double.parseDouble(cost.group(4)), rounding);
    }

    /// The mean in column `n`, from 1, of a row of a table.
    private static double cell(String text, String table, String row, int n) {
        return text.substring(text.indexOf("\n" + table) + 1)
                .lines()
                .filter(line -> line.startsWith(row + " "))
                .map(line -> line.replaceAll("±[0-9.]+", "").trim().split("\\s+")[n])
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow();
    }
}
