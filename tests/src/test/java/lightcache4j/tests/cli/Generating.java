package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tests.parity.FixtureCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Calls of `generate` that make what a case of `tests/fixtures/pipelines` made.
final class Generating {
    private Generating() {}

    /// The options that a case was made with.
    static List<Object> options(FixtureCase c) {
        JsonNode args = c.args();
        List<Object> words = new ArrayList<>(List.of("generate", args.get("prompt").asText()));
        words.addAll(List.of("--model", c.model(), "--quiet"));
        Map<String, String> names =
                Map.of(
                        "negative_prompt", "--negative",
                        "num_inference_steps", "--steps",
                        "guidance_scale", "--guidance",
                        "guidance_rescale", "--guidance-rescale",
                        "height", "--height",
                        "width", "--width",
                        "num_frames", "--frames",
                        "strength", "--strength",
                        "seed", "--seed");
        names.forEach(
                (name, option) -> {
                    if (args.has(name)) {
                        words.addAll(List.of(option, args.get(name).asText()));
                    }
                });
        return words;
    }

    static Program run(FixtureCase c, Object... more) {
        List<Object> words = options(c);
        words.addAll(Arrays.asList(more));
        return Program.run(words.toArray());
    }

    static Program done(FixtureCase c, Object... more) {
        Program program = run(c, more);
        assertEquals(0, program.code(), program.err());
        return program;
    }
}
