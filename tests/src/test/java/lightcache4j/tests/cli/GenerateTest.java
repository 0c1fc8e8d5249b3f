package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.cli.media.ClipReader;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.SafetensorsWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `generate` on tiny pipelines, against the frames that diffusers made.
class GenerateTest {
    private static final FixtureCase TEXT = FixtureCase.named("pipelines/text_to_video");

    @TempDir private Path folder;

    private static void assertFrames(FixtureCase c, Path file) {
        Values expected = c.output("sample").sample(0).permute(0, 2, 3, 1);
        Values actual = ReferenceFile.read(file).get("frames");
        Parity.assertNear(c.name(), expected, actual, Parity.FRAMES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text_to_video", "text_to_video_plain"})
    void textToVideoFromASeed(String name) {
        FixtureCase c = FixtureCase.named("pipelines/" + name);
        Path out = folder.resolve("x.safetensors");
        Generating.done(c, "--output", out);
        assertFrames(c, out);
    }

    @Test
    void latentsInsteadOfTheSeed() {
        Path out = folder.resolve("x.safetensors");
        Path given = TEXT.model().resolveSibling("inputs.safetensors");
        Generating.done(TEXT, "--output", out, "--seed", 99, "--latents", given);
        assertFrames(TEXT, out);
    }

    @Test
    void savedLatentsBeginTheSameClip() {
        Path first = folder.resolve("a.safetensors");
        Path again = folder.resolve("b.safetensors");
        Path saved = folder.resolve("latents.safetensors");
        Generating.done(TEXT, "--output", first, "--save-latents", saved);
        Generating.done(TEXT, "--output", again, "--seed", 99, "--latents", saved);
        Values a = ReferenceFile.read(first).get("frames");
        Values b = ReferenceFile.read(again).get("frames");
        assertArrayEquals(a.numbers(), b.numbers());
        Values last = ReferenceFile.read(saved).get("latents");
        Parity.assertNear("latents", TEXT.output("latents.3"), last, Parity.FRAMES);
    }

    @Test
    void imageToVideo() {
        FixtureCase c = FixtureCase.named("pipelines/image_to_video");
        Path out = folder.resolve("x.safetensors");
        Generating.done(c, "--output", out, "--image", c.model().resolveSibling("start.png"));
        assertFrames(c, out);
    }

    @Test
    void imageToVideoBetweenTwo() {
        FixtureCase c = FixtureCase.named("pipelines/image_to_video_noised");
        Path out = folder.resolve("x.safetensors");
        Path start = c.model().resolveSibling("start.png");
        Path end = c.model().resolveSibling("end.png");
        Generating.done(c, "--output", out, "--image", start, "--last-image", end);
        assertFrames(c, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inpaint", "inpaint_strength", "inpaint_by_blending"})
    void inpainting(String name) {
        FixtureCase c = FixtureCase.named("pipelines/" + name);
        Path out = folder.resolve("x.safetensors");
        Path given = c.model().resolveSibling("inputs.safetensors");
        Generating.done(c, "--output", out, "--video", given, "--mask", given);
        assertFrames(c, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.gif", "x.mp4", "x-0001.png"})
    void everyFormatShowsTheSameClip(String name) {
        Path exact = folder.resolve("x.safetensors");
        Path shown = folder.resolve(name.replace("-0001", ""));
        Generating.done(TEXT, "--output", exact);
        Generating.done(TEXT, "--output", shown);
        Path read = name.endsWith(".png") ? folder : shown;
        double psnr = Clips.compare(ClipReader.readAll(exact), ClipReader.readAll(read)).psnr();
        // Random weights make noise, the worst there is for 4:2:0 and for 255 colours.
        assertTrue(psnr > 15, "PSNR " + psnr);
    }

    @Test
    void theReportHasEveryStage() {
        JsonNode report =
                Generating.done(TEXT, "--output", folder.resolve("x.gif"), "--json").json();
        assertEquals(17, report.get("seed").asInt());
        double seconds = 0;
        for (String stage : List.of("encode", "denoise", "decode")) {
            JsonNode cost = report.get("stages").get(stage);
            seconds += cost.get("seconds").asDouble();
            assertTrue(cost.get("peakBytes").asLong() > 0, stage);
            assertEquals(0, cost.required("deviceBytes").asLong(), stage);
        }
        assertEquals(seconds, report.get("seconds").asDouble(), 1e-9);
        assertEquals(folder.resolve("x.gif").toString(), report.get("output").asText());
    }

    @Test
    void theReportHasTheWeightsOfEveryStage() {
        Path out = folder.resolve("x.gif");
        assertTrue(
                Generating.done(TEXT, "--output", out, "--json").json().get("offload").isEmpty());
        JsonNode report =
                Generating.done(TEXT, "--output", out, "--json", "--offload", "block").json();
        for (String stage : List.of("encode", "denoise", "decode")) {
            JsonNode weights = report.get("offload").get(stage);
            long peak = weights.get("residentPeakBytes").asLong();
            assertTrue(peak > 0, stage);
            assertTrue(weights.get("fetchedBytes").asLong() >= peak, stage);
            assertTrue(weights.get("fetchSeconds").asDouble() > 0, stage);
            assertTrue(weights.get("waitSeconds").asDouble() >= 0, stage);
        }
        Program.refused(2, "--offload & disc & block", "generate", "x", "--offload", "disc");
    }

    @Test
    void inspectForetellsThePeak() {
        JsonNode report =
                Generating.done(TEXT, "--output", folder.resolve("x.gif"), "--json").json();
        JsonNode forecast =
                Program.done(
                                "inspect",
                                TEXT.model(),
                                "--json",
                                "--width",
                                48,
                                "--height",
                                32,
                                "--frames",
                                5)
                        .json()
                        .get("memory");
        assertEquals(report.get("peakBytes"), forecast.get("peakBytes"));
        for (String stage : List.of("encode", "denoise", "decode")) {
            assertEquals(
                    report.get("stages").get(stage).get("peakBytes"),
                    forecast.get("stages").get(stage),
                    stage);
        }
    }

    @Test
    void repeatedRunsAreTimed() {
        Path out = folder.resolve("x.gif");
        JsonNode report = Generating.done(TEXT, "--output", out, "--json", "--repeat", 2).json();
        assertEquals(2, report.get("seconds").size());
    }

    private void assertRefused(int code, String part, Object... more) throws IOException {
        Program program = Generating.run(TEXT, more);
        assertEquals(code, program.code(), program.err());
        assertEquals(1, program.err().lines().count(), program.err());
        assertTrue(program.err().contains(part), program.err());
        try (Stream<Path> files = Files.list(folder)) {
            List<String> left = files.map(f -> f.getFileName().toString()).toList();
            assertEquals(List.of(), left.stream().filter(f -> !f.startsWith("given")).toList());
        }
    }

    @Test
    void refusalsLeaveNothing() throws IOException {
        Path out = folder.resolve("x.gif");
        assertRefused(3, "nearest is 48", "--width", 50, "--output", out);
        assertRefused(3, "nearest is 5", "--frames", 6, "--output", out);
        assertRefused(
                3, "fewer than 2^31", "--width", 800_000, "--height", 800_000, "--output", out);
        assertRefused(3, "steps", "--steps", 0, "--output", out);
        assertRefused(4, "folder is missing", "--output", folder.resolve("no").resolve("x.gif"));
        assertRefused(4, ".gif, .mp4", "--output", folder.resolve("x.avi"));
        assertRefused(2, "wanted one of", "--backend", "abacus", "--output", out);
        assertRefused(2, "docs/gpu.md", "--backend", "gpu", "--output", out);
        assertRefused(2, "threads", "--threads", 0, "--output", out);
        assertRefused(2, "--video", "--mask", out, "--output", out);
        assertRefused(3, "does not exist", "--image", folder.resolve("no.png"), "--output", out);
        assertRefused(4, "folder", "--output", out, "--save-latents", folder.resolve("no/x"));
    }

    @Test
    void latentsThatAreNotFiniteAreRefused() throws IOException {
        Path nan = folder.resolve("given.safetensors");
        float[] values = new float[4 * 2 * 4 * 6];
        values[7] = Float.NaN;
        SafetensorsWriter.write(nan, Map.of("latents", Tensor.of(values, 4, 2, 4, 6)), Map.of());
        assertRefused(5, "NaN", "--latents", nan, "--output", folder.resolve("x.gif"));
    }

    @Test
    void latentsOfAnotherSizeAreRefused() throws IOException {
        Path other = folder.resolve("given.safetensors");
        Tensor latents = Tensor.of(new float[4 * 2 * 4 * 4], 4, 2, 4, 4);
        SafetensorsWriter.write(other, Map.of("latents", latents), Map.of());
        assertRefused(3, "latents", "--latents", other, "--output", folder.resolve("x.gif"));
    }

    @Test
    void aPromptThatIsTooLongIsSaid() {
        List<Object> words = Generating.options(TEXT);
        words.set(1, "red circle ".repeat(200));
        words.remove("--quiet");
        words.addAll(List.of("--output", folder.resolve("x.gif")));
        Program program = Program.done(words.toArray());
        assertTrue(program.err().contains("note: "), program.err());
    }
}
