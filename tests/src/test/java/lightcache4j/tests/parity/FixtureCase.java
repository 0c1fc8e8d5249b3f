package lightcache4j.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One case of `tests/fixtures`, see the README there.
///
/// @param name component and case, such as `qwen2_vl/nested`
/// @param className the class of diffusers or transformers that computed it
/// @param method `forward`, `encode`, `decode` or `generate`
/// @param args further arguments
/// @param model the component's or pipeline's folder
/// @param inputs named like the arguments of the original, with the batch axis
/// @param outputs results and, under paths of modules, what they put out on the way
public record FixtureCase(
        String name,
        String className,
        String method,
        JsonNode args,
        Path model,
        Map<String, Values> inputs,
        Map<String, Values> outputs) {

    /// Cases without which a component counts as not tested.
    private static final int FEWEST = 5;

    private static final ObjectMapper JSON = new ObjectMapper();

    /// The folder `tests/fixtures`, from the module's folder or the project's.
    public static Path folder() {
        Path inModule = Path.of("fixtures");
        return Files.isDirectory(inModule) ? inModule : Path.of("tests", "fixtures");
    }

    /// A JSON file of `tests/fixtures`, such as `tables/scheduler.json`.
    public static JsonNode json(String file) {
        return readJson(folder().resolve(file));
    }

    /// All cases of a component, for a `@MethodSource`.
    public static Stream<FixtureCase> of(String component) {
        Path folder = folder().resolve(component);
        try (Stream<Path> cases = Files.list(folder)) {
            List<Path> sorted =
                    cases.filter(c -> Files.exists(c.resolve("case.json"))).sorted().toList();
            if (sorted.size() < FEWEST) {
                throw new IllegalStateException(
                        folder
                                + ": has "
                                + sorted.size()
                                + " cases, wanted "
                                + FEWEST
                                + " or more");
            }
            return sorted.stream().map(FixtureCase::read);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(folder + ": not readable", unreadable);
        }
    }

    /// The cases of a component with this `method`.
    public static Stream<FixtureCase> of(String component, String method) {
        return of(component).filter(c -> c.method.equals(method));
    }

    /// One case, such as `qwen2_vl/nested`.
    public static FixtureCase named(String name) {
        return read(folder().resolve(name));
    }

    private static FixtureCase read(Path folder) {
        JsonNode json = readJson(folder.resolve("case.json"));
        return new FixtureCase(
                folder.getParent().getFileName() + "/" + folder.getFileName(),
                json.required("class").asText(),
                json.required("method").asText(),
                json.required("args"),
                folder.resolve("model"),
                ReferenceFile.read(folder.resolve("inputs.safetensors")),
                ReferenceFile.read(folder.resolve("outputs.safetensors")));
    }

    private static JsonNode readJson(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + ": not readable", unreadable);
        }
    }

    /// Whether there is an input of this name.
    public boolean has(String input) {
        return inputs.containsKey(input);
    }

    /// @throws IllegalArgumentException if there is no input of this name
    public Values input(String input) {
        return get(inputs, input);
    }

    /// @throws IllegalArgumentException if there is no output of this name
    public Values output(String output) {
        return get(outputs, output);
    }

    /// What sites put out for sample `index`, by path; results are among them.
    public Map<String, Values> outputs(int index) {
        Map<String, Values> sample = new LinkedHashMap<>();
        outputs.forEach((path, values) -> sample.put(path, values.sample(index)));
        return sample;
    }

    private Values get(Map<String, Values> values, String wanted) {
        Values found = values.get(wanted);
        if (found == null) {
            throw new IllegalArgumentException(
                    "%s: has no %s, only %s".formatted(name, wanted, values.keySet()));
        }
        return found;
    }

    /// The name of the test.
    @Override
    public String toString() {
        return name;
    }
}
