package lightcache4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.tensors.DType;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;
import lightcache4j.weights.ModelFolder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The components of a model: what they are, what they hold, how they are configured.
///
/// @param className of the pipeline; null for a component alone
/// @param parts in the order of the index
record ModelSummary(@Nullable String className, List<Part> parts) {
    private static final int LINE = 100;
    private static final List<String> CONFIGS =
            List.of("config.json", "scheduler_config.json", "tokenizer_config.json");

    /// One component.
    ///
    /// @param dtypes elements by dtype; empty for a component without weights
    /// @param config its configuration; null if it has none
    record Part(
            String name,
            @Nullable String className,
            Map<DType, Long> dtypes,
            long bytes,
            List<Path> files,
            @Nullable JsonNode config) {

        long parameters() {
            return dtypes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    static ModelSummary of(ModelFolder folder, @Nullable String variant) {
        List<Part> parts = new ArrayList<>();
        for (String name : folder.components().keySet()) {
            parts.add(part(folder, folder.component(name), variant));
        }
        return new ModelSummary(folder.className(), parts);
    }

    private static Part part(
            ModelFolder folder, ModelFolder.Component component, @Nullable String variant) {
        JsonNode config = config(component);
        if (!hasWeights(component.path())) {
            return new Part(
                    component.name(), component.className(), Map.of(), 0, List.of(), config);
        }
        try (Checkpoint weights = folder.open(component.name(), variant, null)) {
            return new Part(
                    component.name(),
                    component.className(),
                    weights.dtypes(),
                    weights.byteSize(),
                    weights.files(),
                    config);
        }
    }

    private static boolean hasWeights(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().contains(".safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable JsonNode config(ModelFolder.Component component) {
        for (String name : CONFIGS) {
            Path file = component.path().resolve(name);
            if (Files.exists(file)) {
                return Config.read(file, component.name() + "/" + name).json();
            }
        }
        return null;
    }

    private Map<DType, Long> dtypes() {
        Map<DType, Long> sum = new EnumMap<>(DType.class);
        parts.forEach(part -> part.dtypes().forEach((d, n) -> sum.merge(d, n, Long::sum)));
        return sum;
    }

    private long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /// As in `8.40 M F16, 0.67 M F32`.
    static String counts(Map<DType, Long> dtypes) {
        return dtypes.entrySet().stream()
                .map(e -> count(e.getValue()) + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String count(long elements) {
        if (elements < 10_000) {
            return Long.toString(elements);
        }
        return elements < 1_000_000_000
                ? String.format(Locale.ROOT, "%.2f M", elements * 1e-6)
                : String.format(Locale.ROOT, "%.2f G", elements * 1e-9);
    }

    static void putDtypes(ObjectNode node, Map<DType, Long> dtypes) {
        node.put("parameters", dtypes.values().stream().mapToLong(Long::longValue).sum());
        ObjectNode counts = node.putObject("dtypes");
        dtypes.forEach((dtype, elements) -> counts.put(dtype.name(), elements));
    }

    ObjectNode json(Path path) {
        ObjectNode node = Json.object();
        node.put("path", path.toString());
        node.put("class", className);
        putDtypes(node, dtypes());
        node.put("bytes", bytes());
        ObjectNode components = node.putObject("components");
        for (Part part : parts) {
            ObjectNode entry = components.putObject(part.name());
            entry.put("class", part.className());
            putDtypes(entry, part.dtypes());
            entry.put("bytes", part.bytes());
            part.files().forEach(file -> entry.withArray("files").add(file.toString()));
            entry.set("config", part.config());
        }
        return node;
    }

    void print(Path path, PrintWriter out) {
        out.printf("%s: %s%n", path, className == null ? "one component" : className);
        for (Part part : parts) {
            String name = Objects.requireNonNullElse(part.className(), "of no known class");
            out.printf(Locale.ROOT, "%n%s: %s%n", part.name(), name);
            if (!part.dtypes().isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "  %s parameters, %s in %d file%s%n",
                        counts(part.dtypes()),
                        Bytes.text(part.bytes()),
                        part.files().size(),
                        part.files().size() == 1 ? "" : "s");
            }
            if (part.config() != null) {
                printFields(part.config(), out);
            }
        }
        out.printf(
                Locale.ROOT,
                "%nin all %s parameters, %s of weights%n",
                counts(dtypes()),
                Bytes.text(bytes()));
    }

    /// The fields of a configuration, as many to a line as fit.
    private static void printFields(JsonNode config, PrintWriter out) {
        StringBuilder line = new StringBuilder(" ");
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            String text = " %s=%s".formatted(field.getKey(), shortened(field.getValue()));
            if (line.length() > 1 && line.length() + text.length() > LINE) {
                out.println(line);
                line = new StringBuilder(" ");
            }
            line.append(text);
        }
        if (line.length() > 1) {
            out.println(line);
        }
    }

    private static String shortened(JsonNode value) {
        String text = value.toString().replaceAll("\\p{C}", "?");
        return text.length() <= LINE - 40 ? text : text.substring(0, LINE - 41) + "…";
    }
}
