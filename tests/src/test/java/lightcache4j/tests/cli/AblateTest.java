package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// `ablate` on a tiny pipeline: its rows, and what they must agree on.
class AblateTest {
    private static final Path MODEL = FixtureCase.named("pipelines/text_to_video").model();
    static final List<String> STAGES = List.of("encode", "denoise", "decode");
    private static final List<String> TECHNIQUES =
            List.of("cache", "cache+swap", "cache+chunk", "cache+slice", "lightcache");

    /// Numbers that are the same in every run. What is held at most depends on when copies end
    /// where features are swapped, so it is not among those of such rows.
    private static final List<String> DETERMINISTIC =
            List.of(
                    "/stepsComputed",
                    "/stepsReused",
                    "/psnr",
                    "/ssim",
                    "/temporalDeviation",
                    "/swappedBytes");

    @TempDir private static Path folder;

    private static Path prompts;
    private static Path csv;
    private static JsonNode report;

    /// The command on two prompts with two seeds.
    static List<Object> words(Path prompts, Object... more) {
        List<Object> words =
                new ArrayList<>(List.of("ablate", "--model", MODEL, "--prompts", prompts));
        words.addAll(List.of("--width", 48, "--height", 32, "--frames", 5, "--steps", 6));
        words.addAll(List.of("--seeds", 2, "--threads", 2, "--quiet"));
        words.addAll(Arrays.asList(more));
        return words;
    }

    private static Program run(Object... more) {
        return Program.done(words(prompts, more).toArray());
    }

    private static JsonNode runJson(Object... more) {
        return run(Stream.concat(
                                Stream.of(
                                        "--json",
                                        "--cache",
                                        "uniform:interval=2",
                                        "--policies",
                                        "uniform:interval=3,branch=0,easycache,dbcache"),
                                Arrays.stream(more))
                        .toArray())
                .json();
    }

    @BeforeAll
    static void runOnce() throws IOException {
        prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, "# two of them\na red circle\n\n  a blue ring\n");
        csv = folder.resolve("rows.csv");
        report = runJson("--csv", csv);
    }

    /// The row of that name.
    static JsonNode row(JsonNode report, String name) {
        return StreamSupport.stream(report.get("rows").spliterator(), false)
                .filter(row -> row.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double mean(String row, String path) {
        return row(report, row).at(path).get("mean").asDouble();
    }

    private static List<String> names(JsonNode report) {
        return report.get("rows").findValuesAsText("name");
    }

    @Test
    void everyRowIsThereInOrder() {
        List<String> expected = new ArrayList<>(List.of("baseline"));
        expected.addAll(TECHNIQUES);
        expected.addAll(List.of("policy:uniform", "policy:easycache", "fewer-steps"));
        assertEquals(expected, names(report));
    }

    @Test
    void everyNumberHasItsMeanAndItsSpread() {
        List<String> paths = new ArrayList<>(DETERMINISTIC);
        paths.addAll(List.of("/speedup", "/speedupTotal", "/keptBytes"));
        paths.addAll(List.of("/swapWaitSeconds", "/swapCopySeconds"));
        for (String what : List.of("/seconds/", "/peakBytes/", "/deviceBytes/")) {
            STAGES.forEach(stage -> paths.add(what + stage));
            paths.add(what + "total");
        }
        for (JsonNode row : report.get("rows")) {
            for (String path : paths) {
                JsonNode number = row.at(path);
                assertTrue(number.path("mean").isNumber(), row + " lacks " + path);
                assertTrue(number.path("spread").asDouble(-1) >= 0, row + " lacks " + path);
            }
        }
    }

    @Test
    void totalsAreThoseOfTheStages() {
        for (String name : names(report)) {
            double seconds = 0;
            double peak = 0;
            for (String stage : STAGES) {
                seconds += mean(name, "/seconds/" + stage);
                peak = Math.max(peak, mean(name, "/peakBytes/" + stage));
                assertTrue(mean(name, "/peakBytes/" + stage) > 0, name + " " + stage);
            }
            assertEquals(0, mean(name, "/deviceBytes/total"), name);
            assertEquals(seconds, mean(name, "/seconds/total"), 1e-9, name);
            assertEquals(peak, mean(name, "/peakBytes/total"), name);
        }
    }

    @Test
    void theBaselineIsComparedWithItself() {
        assertEquals(1, mean("baseline", "/speedup"));
        assertEquals(1, mean("baseline", "/speedupTotal"));
        assertEquals(100, mean("baseline", "/psnr"));
        assertEquals(1, mean("baseline", "/ssim"), 1e-12);
        assertEquals(0, mean("baseline", "/temporalDeviation"));
        assertEquals(6, mean("baseline", "/stepsComputed"));
        assertEquals(0, mean("baseline", "/stepsReused"));
    }

    @Test
    void techniquesChangeNoFrame() {
        for (String technique : TECHNIQUES) {
            for (String path : List.of("/psnr", "/ssim", "/temporalDeviation")) {
                assertEquals(mean("cache", path), mean(technique, path), technique + path);
            }
            assertEquals(3, mean(technique, "/stepsComputed"), technique);
        }
        assertTrue(mean("cache", "/psnr") < 100, "caching changed nothing");
        assertTrue(mean("cache", "/keptBytes") > 0, "caching kept nothing");
    }

    @Test
    void fewerStepsAreThoseThatLightcacheComputes() {
        assertEquals(3, mean("fewer-steps", "/stepsComputed"));
        assertEquals(0, mean("fewer-steps", "/stepsReused"));
        assertTrue(mean("fewer-steps", "/psnr") < 100, "half the steps made the same clip");
        assertEquals(
                row(report, "baseline").at("/peakBytes/denoise"),
                row(report, "fewer-steps").at("/peakBytes/denoise"));
    }

    @Test
    void aPolicyThatSuitsNoSuchModelIsLeftOut() {
        JsonNode left = report.get("leftOut");
        assertEquals(1, left.size(), left.toString());
        assertEquals("dbcache", left.get(0).get("name").asText());
        String reason = left.get(0).get("reason").asText();
        assertTrue(reason.contains("wanted less together than the model's 2 blocks"), reason);
    }

    @Test
    void whatWasComparedIsSaid() {
        assertEquals("uniform:interval=2", report.get("cache").asText());
        assertEquals("[\"a red circle\",\"a blue ring\"]", report.get("prompts").toString());
        assertEquals("[0,1]", report.get("seeds").toString());
        assertEquals(5, report.get("frames").asInt());
    }

    @Test
    void aSecondRunFindsTheSame() {
        JsonNode again = runJson();
        for (String name : names(report)) {
            for (String path : DETERMINISTIC) {
                assertEquals(row(report, name).at(path), row(again, name).at(path), name + path);
            }
            if (!name.contains("swap") && !name.equals("lightcache")) {
                String peaks = "/peakBytes";
                assertEquals(row(report, name).at(peaks), row(again, name).at(peaks), name);
            }
        }
    }

    @Test
    void theLinesOfTheCsvAreTheRows() throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<String> head = List.of(lines.getFirst().split(","));
        assertEquals(report.get("rows").size() + 1, lines.size());
        for (int i = 1; i < lines.size(); i++) {
            String[] cells = lines.get(i).split(",", -1);
            assertEquals(head.size(), cells.length);
            JsonNode row = row(report, cells[0]);
            for (int c = 1; c < cells.length; c++) {
                JsonNode number = row.at("/" + head.get(c).replace('.', '/'));
                assertEquals(number.asDouble(), Double.parseDouble(cells[c]), head.get(c));
            }
        }
        assertTrue(head.containsAll(List.of("psnr.mean", "seconds.denoise.spread")), head + "");
    }

    @Test
    void withNothingAskedForAPolicyIsChosen() {
        Program program = run("--json", "--seeds", 1);
        JsonNode chosen = program.json();
        String cache = chosen.get("cache").asText();
        String reason = chosen.get("cacheReason").asText();
        assertTrue(names(chosen).contains("policy:" + cache.split(":")[0]), cache);
        assertTrue(reason.contains("25 dB") && reason.contains("--cache"), reason);
        assertEquals("magcache", chosen.get("leftOut").get(0).get("name").asText());
        assertTrue(
                program.err()
                        .contains("note: magcache is left out; cache: magcache has no calibration"),
                program.err());
    }

    private void refused(int code, String parts, Object... more) {
        Program.refused(code, parts, words(prompts, more).toArray());
    }

    @Test
    void refusalsAreOneLine() throws IOException {
        Path empty = folder.resolve("empty.txt");
        Files.writeString(empty, "# nothing\n");
        Path out = folder.resolve("x.html");
        refused(2, "--seeds is 0 & wanted 1", "--seeds", 0, "--html", out);
        refused(2, "--chunks is 1 & wanted 2", "--chunks", 1, "--html", out);
        refused(2, "--repeat is 0 & wanted 1", "--repeat", 0, "--html", out);
        refused(2, "juggling & wanted one of", "--cache", "juggling", "--html", out);
        refused(2, "mag_ratios", "--policies", "uniform,magcache", "--html", out);
        refused(3, "no such file", "--prompts", folder.resolve("none.txt"), "--html", out);
        refused(3, "has no prompt", "--prompts", empty, "--html", out);
        refused(3, "--policies & or --cache", "--policies", "none", "--html", out);
        refused(3, "nearest is 5", "--frames", 6, "--html", out);
        refused(3, "blocks", "--cache", "dbcache", "--policies", "none", "--html", out);
        refused(4, "folder is missing", "--csv", folder.resolve("no/x.csv"), "--html", out);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.filter(f -> f.toString().contains("x.html")).count());
        }
    }
}
