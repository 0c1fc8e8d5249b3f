package lightcache4j.tests.cache;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Branch;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.ModelFolder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// A run of `tests/fixtures/cache`.
///
/// @param name of the run
/// @param json what was asked for and which steps were skipped
record CacheCase(String name, JsonNode json) {
    private static final Path FOLDER = FixtureCase.folder().resolve("cache");
    private static final Map<String, Values> LATENTS =
            ReferenceFile.read(FOLDER.resolve("latents.safetensors"));
    private static final int TOKENS = 256;

    /// All runs under a policy.
    static Stream<CacheCase> cached() {
        return FixtureCase.json("cache/cases.json").properties().stream()
                .map(entry -> new CacheCase(entry.getKey(), entry.getValue()))
                .filter(c -> c.json.required("cache").isTextual());
    }

    /// A run by its name.
    static CacheCase named(String name) {
        return new CacheCase(name, FixtureCase.json("cache/cases.json").required(name));
    }

    static OpenPipeline open(MemoryLedger ledger) {
        return OpenPipeline.open(ModelFolder.open(FOLDER.resolve("model")), null, ledger);
    }

    /// What `--cache` is given.
    String policy() {
        return json.required("cache").asText();
    }

    /// The latents after the last step, `[C, f, h, w]`.
    Values latents() {
        Values latents = LATENTS.get(name);
        if (latents == null) {
            throw new IllegalArgumentException(name + ": no latents are recorded");
        }
        return latents.sample(0);
    }

    /// The latents of the same run without a policy.
    Values uncached() {
        return named(json.required("uncached").asText()).latents();
    }

    /// The steps that were skipped, for each branch that was run.
    Map<Branch, List<Integer>> skipped() {
        Map<Branch, List<Integer>> skipped = new EnumMap<>(Branch.class);
        for (Map.Entry<String, JsonNode> entry : json.required("skipped").properties()) {
            List<Integer> steps = new ArrayList<>();
            entry.getValue().forEach(step -> steps.add(step.asInt()));
            skipped.put(Branch.valueOf(entry.getKey().toUpperCase(Locale.ROOT)), steps);
        }
        return skipped;
    }

    /// The call.
    Request request() {
        JsonNode a = json.required("args");
        Sampling sampling =
                new Sampling(
                        a.required("num_inference_steps").asInt(),
                        (float) a.required("guidance_scale").asDouble(),
                        0,
                        a.required("seed").asLong(),
                        TOKENS);
        return new Request(
                a.required("prompt").asText(),
                a.required("negative_prompt").asText(),
                new VideoSize(
                        a.required("width").asInt(),
                        a.required("height").asInt(),
                        a.required("num_frames").asInt()),
                sampling,
                null,
                null);
    }

    /// Runs it.
    Generation generate(
            OpenPipeline model, Backend backend, MemoryLedger ledger, SessionFactory sessions) {
        Engine engine = new Engine(backend, ledger, Listener.NONE, sessions);
        return model.pipeline().generate(engine, request(), _ -> {});
    }

    /// The name of the test.
    @Override
    public String toString() {
        return name;
    }
}
