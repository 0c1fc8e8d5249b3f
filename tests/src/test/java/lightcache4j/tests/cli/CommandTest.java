package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.weights.SafetensorsWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the commands print, and how they refuse.
class CommandTest {
    private static final Path MODEL =
            FixtureCase.named("pipelines/text_to_video").model().toAbsolutePath();

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "generate",
                "inspect",
                "tokenize",
                "trace",
                "compare",
                "calibrate",
                "ablate",
                "completion"
            })
    void everyCommandHasHelpWithExitCodes(String command) {
        String help = Program.done(command, "--help").out();
        assertTrue(help.startsWith("Usage: lightcache4j " + command), help);
        assertTrue(help.contains("Exit codes:"), help);
    }

    @Test
    void doctorTriesWhatWorksAndSaysWhatIsMissing() {
        String found = Program.done("doctor").out();
        assertTrue(found.contains("cpu: "), found);
        assertTrue(found.contains("reference: "), found);
        assertEquals(2, found.lines().filter(line -> line.contains("48 of 48 agree")).count());
        assertTrue(found.contains("cannot work here: gpu: "), found);
        assertTrue(found.contains("sdk install tornadovm"), found);
    }

    @Test
    void doctorLooksAtOneBackendIfAsked() {
        String found = Program.done("doctor", "--backend", "cpu").out();
        assertTrue(found.contains("48 of 48 agree"), found);
        assertFalse(found.contains("reference: "), found);
    }

    @Test
    void whatIsNotUnderstoodIsOneLine() {
        Program.refused(2, "no command & --help");
        Program.refused(2, "juggle & --help", "juggle");
        Program.refused(2, "PROMPT & generate --help", "generate");
        Program.refused(2, "--wings & generate --help", "generate", "x", "--wings");
        Program.refused(2, "--steps & generate --help", "generate", "x", "--steps", "many");
    }

    @Test
    void verboseShowsWhere() {
        Program program = Program.run("inspect", folder.resolve("none"), "--verbose");
        assertEquals(3, program.code());
        assertTrue(program.err().contains("\tat "), program.err());
    }

    @Test
    void versionNamesTheProgramAndTheJvm() {
        String version = Program.done("--version").out();
        assertTrue(version.startsWith("lightcache4j "), version);
        assertTrue(version.contains("JVM " + Runtime.version()), version);
    }

    @Test
    void completionIsAScriptThatBashReads() throws IOException, InterruptedException {
        Path script = folder.resolve("completion");
        Files.writeString(script, Program.done("completion").out());
        assertTrue(Files.readString(script).contains("--guidance-rescale"));
        Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
        assertEquals(0, bash.waitFor());
    }

    @Test
    void inspectCountsWhatIsThere() throws IOException {
        JsonNode report = Program.done("inspect", MODEL, "--json").json();
        assertEquals("EasyAnimatePipeline", report.get("class").asText());
        long parameters = 0;
        for (String name : List.of("transformer", "vae", "text_encoder")) {
            JsonNode part = report.get("components").get(name);
            parameters += part.get("parameters").asLong();
            long bytes = 0;
            for (JsonNode file : part.get("files")) {
                bytes += Files.size(Path.of(file.asText()));
            }
            // The rest of a file is its header.
            assertTrue(part.get("bytes").asLong() < bytes, name);
            assertTrue(part.get("bytes").asLong() > 0.5 * bytes, name);
            assertFalse(part.get("config").isEmpty(), name);
        }
        assertEquals(parameters, report.get("parameters").asLong());
        assertTrue(report.get("components").get("scheduler").get("files") == null);
    }

    @Test
    void inspectPrintsForPeople() {
        String text = Program.done("inspect", MODEL).out();
        for (String part : List.of("AutoencoderKLMagvit", "parameters", "working memory")) {
            assertTrue(text.contains(part), text);
        }
    }

    @Test
    void inspectOfAFileSaysWhetherItIsValid() throws IOException {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(
                file, Map.of("a", Tensor.of(new float[6], 2, 3)), Map.of("made", "here"));
        JsonNode report = Program.done("inspect", file, "--json").json();
        assertEquals("[2,3]", report.get("tensors").get("a").get("shape").toString());
        assertEquals("F32", report.get("tensors").get("a").get("dtype").asText());
        assertEquals("here", report.get("metadata").get("made").asText());
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        Program.refused(3, "x.safetensors & at byte", "inspect", file);
    }

    @Test
    void tokenizePrintsTheIdsOfHuggingFace() throws IOException {
        Path demo = Path.of("..", "demo", "model");
        List<String> texts = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (JsonNode text : FixtureCase.json("tokenizer/texts.json")) {
            texts.add(text.get("text").asText());
            ids.add(text.get("ids").toString().replace(" ", ""));
        }
        Path file = folder.resolve("texts.json");
        new ObjectMapper().writeValue(file.toFile(), texts);
        JsonNode lists = Program.done("tokenize", "--model", demo, "--file", file).json();
        assertEquals(ids.size(), lists.size());
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(ids.get(i), lists.get(i).toString(), texts.get(i));
        }
        JsonNode alone =
                Program.done("tokenize", "--model", demo.resolve("tokenizer"), texts.getLast())
                        .json();
        assertEquals(ids.getLast(), alone.get(0).toString());
    }

    @Test
    void tokenizeRefusesWhatIsNoListOfTexts() throws IOException {
        Path file = folder.resolve("texts.json");
        Files.writeString(file, "{\"a\": 1}");
        Program.refused(3, "list of strings", "tokenize", "--model", MODEL, "--file", file);
        Files.writeString(file, "[1");
        Program.refused(3, "texts.json", "tokenize", "--model", MODEL, "--file", file);
        Program.refused(2, "no text", "tokenize", "--model", MODEL);
    }

    @Test
    void compareOfTensorsNamesEach() {
        Path a = folder.resolve("a.safetensors");
        Path b = folder.resolve("b.safetensors");
        Tensor x = Tensor.of(new float[] {0, 1, 2, 3}, 1, 4);
        Tensor y = Tensor.of(new float[] {0, 1, 2, 3.5f}, 4);
        SafetensorsWriter.write(a, Map.of("x", x, "only", x), Map.of());
        SafetensorsWriter.write(b, Map.of("x", y), Map.of());
        JsonNode report = Program.done("compare", a, b, "--json").json();
        JsonNode difference = report.get("tensors").get("x");
        assertEquals(0.5, difference.get("max").asDouble(), 1e-9);
        assertEquals(0.25, difference.get("rms").asDouble(), 1e-9);
        assertEquals(20 * Math.log10(12), difference.get("psnr").asDouble(), 1e-6);
        assertEquals("only", report.get("inOneOnly").get(0).asText());
    }

    @Test
    void compareOfClipsOfDifferentLengthsIsRefused() {
        Path a = Clips.write(folder.resolve("a.gif"), Clips.smooth(16, 16, 3));
        Path b = Clips.write(folder.resolve("b.safetensors"), Clips.smooth(16, 16, 2));
        Program.refused(3, "ends after 2 frames", "compare", a, b);
        Path c = Clips.write(folder.resolve("c.gif"), Clips.smooth(18, 16, 3));
        Program.refused(3, "18x16 & 16x16", "compare", a, c);
        JsonNode same = Program.done("compare", a, a, "--json").json();
        assertTrue(same.get("equal").asBoolean() && same.get("psnr").isNull());
    }
}
