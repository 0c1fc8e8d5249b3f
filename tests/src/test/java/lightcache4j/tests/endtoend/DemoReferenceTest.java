package lightcache4j.tests.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.ModelFolder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The shipped checkpoint against the frames that diffusers made of it: `demo/reference`, thirty
/// steps each.
class DemoReferenceTest {
    private static final double WANTED_DECIBEL = 50;

    private static Path demo() {
        return FixtureCase.folder().toAbsolutePath().resolve("../../demo").normalize();
    }

    static Stream<Arguments> runs() throws IOException {
        JsonNode index =
                new ObjectMapper().readTree(demo().resolve("reference/reference.json").toFile());
        return index.required("runs").properties().stream()
                .map(run -> Arguments.of(run.getKey(), run.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void framesAreThoseOfDiffusers(String name, JsonNode run) {
        Map<String, Values> expected =
                ReferenceFile.read(demo().resolve("reference/" + name + ".safetensors"));
        MemoryLedger ledger = new MemoryLedger();
        List<Values> frames = new ArrayList<>();
        Generation generation;
        int processors = Runtime.getRuntime().availableProcessors();
        try (OpenPipeline model =
                        OpenPipeline.open(ModelFolder.open(demo().resolve("model")), null, ledger);
                Backend backend = Backends.preferred().open(processors)) {
            generation =
                    model.pipeline()
                            .generate(
                                    Engine.plain(backend, ledger, Listener.NONE),
                                    request(run, expected),
                                    frame -> frames.add(Values.of(frame)));
        }
        Values steps = expected.get("latents");
        Values last = steps.sample(steps.batch() - 1);
        double latents = Parity.largest(last, Values.of(generation.latents()));
        double decibel = psnr(expected.get("frames").sample(0).permute(0, 2, 3, 1), frames);
        assertTrue(
                decibel >= WANTED_DECIBEL,
                () ->
                        ("%s: frames are %.1f dB from those of diffusers, wanted %.0f or more;"
                                        + " latents differ by %.1e of the largest")
                                .formatted(name, decibel, WANTED_DECIBEL, latents));
    }

    private static Request request(JsonNode run, Map<String, Values> expected) {
        Sampling sampling =
                new Sampling(
                        run.required("num_inference_steps").asInt(),
                        (float) run.required("guidance_scale").asDouble(),
                        0,
                        run.required("seed").asLong(),
                        256);
        VideoSize size =
                new VideoSize(
                        run.required("width").asInt(),
                        run.required("height").asInt(),
                        run.required("num_frames").asInt());
        return new Request(
                run.required("prompt").asText(),
                run.required("negative_prompt").asText(),
                size,
                sampling,
                expected.get("initial_latents").sample(0).tensor(),
                null);
    }

    /// Peak signal to noise of values in 0 to 1.
    private static double psnr(Values expected, List<Values> frames) {
        double error = 0;
        int at = 0;
        for (Values frame : frames) {
            for (float value : frame.numbers()) {
                double d = value - expected.numbers()[at++];
                error += d * d;
            }
        }
        assertTrue(at == expected.numbers().length, "values: " + at + ", wanted " + expected);
        return -10 * Math.log10(error / at);
    }
}
