package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `trace` on every component that PyTorch computed: results under the names of the fixtures.
class TraceTest {
    private static final List<String> RESULTS =
            List.of(
                    "sample",
                    "latent_mean",
                    "latent_logvar",
                    "last_hidden_state",
                    "hidden_states.-2");

    @TempDir private Path folder;

    static Stream<FixtureCase> cases() {
        return Stream.of("easyanimate_transformer", "easyanimate_vae", "qwen2_vl")
                .flatMap(FixtureCase::of);
    }

    private Map<String, Values> trace(FixtureCase c, Object... more) {
        Path inputs = c.model().resolveSibling("inputs.safetensors");
        Path out = folder.resolve("out.safetensors");
        Object[] words = {
            "trace",
            "--model",
            c.model(),
            "--inputs",
            inputs,
            "--outputs",
            out,
            "--method",
            c.method(),
            "--args",
            c.args().toString()
        };
        Program.done(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
        return ReferenceFile.read(out);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resultsAreThoseOfPyTorch(FixtureCase c) {
        Map<String, Values> results = trace(c);
        int compared = 0;
        for (String name : RESULTS) {
            if (c.outputs().containsKey(name)) {
                assertTrue(results.containsKey(name), c.name() + " lacks " + name);
                Parity.assertNear(
                        c.name() + " " + name, c.output(name), results.get(name), Parity.COMPONENT);
                compared++;
            }
        }
        assertTrue(compared > 0, c.name() + ": nothing to compare");
    }

    @Test
    void tapsAreUnderTheirPaths() {
        FixtureCase c = FixtureCase.named("easyanimate_transformer/batch_of_two");
        Map<String, Values> taps = trace(c, "--taps");
        for (String path :
                List.of("transformer_blocks.0", "transformer_blocks.0.text", "norm_out")) {
            Values tap = taps.get(path);
            assertNotNull(tap, path);
            Parity.assertNear(path, c.output(path), tap, Parity.COMPONENT);
        }
    }

    @Test
    void tapsOfTheAutoencoderAreChannelsFirst() {
        FixtureCase c = FixtureCase.named("easyanimate_vae/encode_5_frames");
        Values tap = trace(c, "--taps").get("encoder.down_blocks.1");
        assertNotNull(tap);
        Parity.assertNear("tap", c.output("encoder.down_blocks.1"), tap, Parity.COMPONENT);
    }

    @Test
    void aPartOfAPipelineIsTimed() {
        FixtureCase c = FixtureCase.named("pipelines/text_to_video");
        FixtureCase part = FixtureCase.named("qwen2_vl/old_flat_config_tied");
        Path inputs = part.model().resolveSibling("inputs.safetensors");
        Path out = folder.resolve("out.safetensors");
        Program.refused(
                2,
                "--component",
                "trace",
                "--model",
                c.model(),
                "--inputs",
                inputs,
                "--outputs",
                out);
        JsonNode report =
                Program.done(
                                "trace",
                                "--model",
                                part.model(),
                                "--inputs",
                                inputs,
                                "--outputs",
                                out,
                                "--repeat",
                                3,
                                "--json")
                        .json();
        assertEquals(3, report.get("runs").size());
        assertTrue(report.get("peakBytes").asLong() > 0);
        assertTrue(report.get("seconds").asDouble() > 0);
    }

    @Test
    void inputsThatDoNotFitAreRefused() {
        FixtureCase vae = FixtureCase.named("easyanimate_vae/encode_5_frames");
        FixtureCase text = FixtureCase.named("qwen2_vl/old_flat_config_tied");
        Path inputs = text.model().resolveSibling("inputs.safetensors");
        Path out = folder.resolve("out.safetensors");
        Program.refused(
                3,
                "attention_mask & wanted some of",
                "trace",
                "--model",
                vae.model(),
                "--inputs",
                inputs,
                "--outputs",
                out);
        Program.refused(
                2,
                "--method is fly",
                "trace",
                "--model",
                vae.model(),
                "--method",
                "fly",
                "--inputs",
                inputs,
                "--outputs",
                out);
        Program.refused(
                2,
                "--args",
                "trace",
                "--model",
                text.model(),
                "--args",
                "[",
                "--inputs",
                inputs,
                "--outputs",
                out);
    }
}
