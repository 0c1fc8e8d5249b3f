package lightcache4j.tests.dit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.run.Finite;
import lightcache4j.model.run.NumericFailure;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Traced;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Weights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The order and nesting of a transformer's sites, and what decorators of the seam see there.
class TransformerSitesTest {
    private static final FixtureCase FIXTURE =
            FixtureCase.named(TransformerCase.COMPONENT + "/default");
    private static final TransformerCase ROW = TransformerCase.rows(FIXTURE).getFirst();

    private static final List<String> SITES =
            List.of(
                    "time_embedding",
                    "text_proj",
                    "transformer_blocks.0",
                    "  transformer_blocks.0.norm1",
                    "  transformer_blocks.0.attn1",
                    "    transformer_blocks.0.attn1.to_out",
                    "  transformer_blocks.0.ff",
                    "  transformer_blocks.0.txt_ff",
                    "transformer_blocks[1..]",
                    "  transformer_blocks.1",
                    "    transformer_blocks.1.norm1",
                    "    transformer_blocks.1.attn1",
                    "      transformer_blocks.1.attn1.to_out",
                    "    transformer_blocks.1.ff",
                    "norm_out",
                    "proj_out");

    private static Values predict(Map<String, Tensor> changed, Runner runner) {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURE.model())) {
            Weights stored = checkpoint.weights();
            Map<String, Tensor> tensors = new HashMap<>();
            for (String name : stored.names()) {
                long[] dims = Objects.requireNonNull(stored.shape(name)).dims();
                tensors.put(name, changed.getOrDefault(name, stored.tensor(name, dims)));
            }
            EasyAnimateTransformer3DModel model =
                    EasyAnimateTransformer3DModel.load(
                            checkpoint.config(), new Weights("transformer", tensors));
            return ROW.predict(model, Backends.preferred(), runner);
        }
    }

    @Test
    void sitesNest() {
        List<String> seen = new ArrayList<>();
        int[] depth = new int[1];
        predict(
                Map.of(),
                (site, x, body) -> {
                    seen.add("  ".repeat(depth[0]++) + site.path());
                    var y = body.apply(x);
                    depth[0]--;
                    return y;
                });
        assertEquals(SITES, seen);
    }

    @Test
    void tracedWritesAnEventForEverySite(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("lightcache4j.Site");
            recording.start();
            predict(Map.of(), new Traced("step 1", new Scoped(Runner.PLAIN)));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<String> paths = events.stream().map(e -> e.getString("path")).toList();
        assertEquals(
                SITES.stream().map(String::strip).sorted().toList(),
                paths.stream().sorted().toList());
        for (RecordedEvent event : events) {
            assertEquals("step 1", event.getString("phase"));
            assertTrue(event.getLong("heldBytes") >= event.getLong("outputBytes"));
        }
        long tokens = 3 * 3 * 5;
        long width = 32;
        assertEquals(Float.BYTES * tokens * width, bytes(events, "transformer_blocks.0.ff"));
        assertEquals(Float.BYTES * (tokens + 7) * width, bytes(events, "transformer_blocks.0"));
    }

    private static long bytes(List<RecordedEvent> events, String path) {
        return events.stream()
                .filter(e -> e.getString("path").equals(path))
                .findFirst()
                .orElseThrow()
                .getLong("outputBytes");
    }

    /// A single NaN among the weights, and where it is seen first.
    @ParameterizedTest
    @CsvSource({
        "transformer_blocks.1.ff.net.2.weight, 'transformer_blocks.1.ff: output'",
        "transformer_blocks.0.attn1.to_add_out.bias, 'transformer_blocks.0.attn1.to_out: output of the text stream'",
        "transformer_blocks.0.attn1.to_k.weight, 'transformer_blocks.0.attn1.to_out: output'",
        "proj.weight, 'transformer_blocks.0: input'",
        "proj_out.bias, 'proj_out: output'"
    })
    void finiteNamesTheSiteWhereANanIsBorn(String weight, String where) {
        NumericFailure failure =
                assertThrows(
                        NumericFailure.class,
                        () ->
                                predict(
                                        Map.of(weight, poisoned(weight)),
                                        new Finite("denoise, step 3", new Scoped(Runner.PLAIN))));
        String message = String.valueOf(failure.getMessage());
        assertEquals(
                "denoise, step 3, "
                        + where
                        + " is NaN or infinite, wanted finite numbers; if --backend reference fails"
                        + " alike, weights or embeddings are at fault",
                message);
    }

    private static Tensor poisoned(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURE.model())) {
            Weights stored = checkpoint.weights();
            long[] dims = Objects.requireNonNull(stored.shape(name)).dims();
            float[] numbers = stored.tensor(name, dims).toFloats();
            numbers[numbers.length / 2] = Float.NaN;
            return Tensor.of(numbers, dims);
        }
    }

    @Test
    void finiteLetsWhatIsFinitePass() {
        Values plain = predict(Map.of(), Runner.PLAIN);
        Values guarded = predict(Map.of(), new Finite("denoise, step 3", Runner.PLAIN));
        assertArrayEquals(plain.numbers(), guarded.numbers());
    }
}
