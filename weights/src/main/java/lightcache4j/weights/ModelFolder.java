package lightcache4j.weights;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tensors.MemoryLedger;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A model on disk: the folder of a diffusers pipeline, whose `model_index.json` names its
/// components, or the folder of one component alone.
///
/// Which classes there are is not decided here: whoever builds a component asks for its
/// [Component#className()] and says so if it knows none of that name. The Python modules that the
/// index names are never loaded.
public final class ModelFolder {
    /// A part of the model.
    ///
    /// @param name its key in `model_index.json`, which is also its folder
    /// @param library the Python package that the class is from, such as `diffusers`; null where
    ///   none is named
    /// @param className its class; null where none is named
    /// @param path its folder, which may be missing
    public record Component(
            String name, @Nullable String library, @Nullable String className, Path path) {
        /// Whether its folder is there.
        public boolean exists() {
            return Files.isDirectory(path);
        }

        /// One of its JSON files, such as `scheduler_config.json`.
        ///
        /// @throws MalformedConfig if it is missing or no JSON object
        public Config config(String file) {
            return Config.read(path.resolve(file), name + "/" + file);
        }
    }

    private static final String INDEX = "model_index.json";

    private final Path folder;
    private final @Nullable Config index;
    private final Map<String, Component> components = new LinkedHashMap<>();

    private ModelFolder(Path folder) {
        this.folder = folder;
        Path json = folder.resolve(INDEX);
        if (Files.exists(json)) {
            this.index = Config.read(json);
            readComponents(this.index);
        } else {
            this.index = null;
            readAlone();
        }
    }

    /// Reads what is in a folder; opens no weights.
    ///
    /// @throws UnreadableModel if it is missing or neither a pipeline nor a component
    /// @throws MalformedConfig if its JSON is not what it should be
    public static ModelFolder open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UnreadableModel(
                    "%s: %s, wanted the folder of a model; is the path right?"
                            .formatted(
                                    folder, Files.exists(folder) ? "is no folder" : "is missing"));
        }
        return new ModelFolder(folder);
    }

    // A component is a list [library, class]; [null, null] is one that this pipeline does without.
    // Keys that
    // start with an underscore and values of other kinds are settings of the pipeline.
    private void readComponents(Config json) {
        for (Map.Entry<String, JsonNode> field : json.json().properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.startsWith("_") || !value.isArray() || value.size() != 2) {
                continue;
            }
            JsonNode library = value.get(0);
            JsonNode type = value.get(1);
            if (type.isNull()) {
                continue;
            }
            if (!type.isTextual() || !(library.isTextual() || library.isNull())) {
                continue;
            }
            if (!FileNames.isPlain(name)) {
                throw new MalformedConfig(
                        ("%s: names a component %s,"
                                        + " wanted a plain name of a folder; is it tampered with?")
                                .formatted(json.where(), Printable.of(name)));
            }
            components.put(
                    name,
                    new Component(
                            name, library.textValue(), type.textValue(), folder.resolve(name)));
        }
    }

    private void readAlone() {
        Path json = folder.resolve("config.json");
        if (!Files.exists(json)) {
            String hint =
                    Files.isDirectory(folder.resolve("snapshots"))
                            ? "point to the folder below its snapshots"
                            : "is the path right?";
            throw new UnreadableModel(
                    "%s: has neither %s nor config.json, wanted the folder of a model; %s"
                            .formatted(folder, INDEX, hint));
        }
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "model" : last.toString();
        Config config = Config.read(json, name + "/config.json");
        String type = config.textOrNull("_class_name");
        if (type == null && config.has("architectures")) {
            type = config.texts("architectures").stream().findFirst().orElse(null);
        }
        components.put(name, new Component(name, null, type, folder));
    }

    /// The folder.
    public Path path() {
        return folder;
    }

    /// Whether it is a pipeline; else it is one component alone.
    public boolean isPipeline() {
        return index != null;
    }

    /// `model_index.json`.
    ///
    /// @throws UnreadableModel if it is one component alone
    public Config index() {
        if (index == null) {
            throw new UnreadableModel(
                    "%s: is a component alone, wanted a pipeline with %s; give the folder above it"
                            .formatted(folder, INDEX));
        }
        return index;
    }

    /// The class of the pipeline; null for a component alone.
    public @Nullable String className() {
        return index == null ? null : index.textOrNull("_class_name");
    }

    /// Its components in the order of the index, without those that the pipeline does without.
    public Map<String, Component> components() {
        return Collections.unmodifiableMap(components);
    }

    /// Whether the pipeline has a component of that name.
    public boolean has(String name) {
        return components.containsKey(name);
    }

    /// The component of that name, in a folder that is there.
    ///
    /// @throws UnreadableModel if the pipeline has none of that name, or its folder is missing
    public Component component(String name) {
        Component component = components.get(name);
        if (component == null) {
            throw new UnreadableModel(
                    "%s: has no component %s, wanted one of %s"
                            .formatted(
                                    folder,
                                    Printable.of(name),
                                    String.join(", ", components.keySet())));
        }
        if (!component.exists()) {
            throw new UnreadableModel(
                    ("%s: is missing, wanted the folder of %s, which %s names; is the download"
                                    + " complete?")
                            .formatted(component.path(), component.className(), INDEX));
        }
        return component;
    }

    /// Opens the weights of a component.
    ///
    /// @param variant the variant to prefer, such as `fp16`; a component that does not have it is
    ///   opened plain, as diffusers does. Null for the plain files.
    /// @param ledger counts the tensors as mapped until the checkpoint is closed
    /// @throws UnreadableModel if there is no such component, or it has no weights
    public Checkpoint open(String name, @Nullable String variant, @Nullable MemoryLedger ledger) {
        Path path = component(name).path();
        boolean has = variant != null && WeightFiles.has(path, variant);
        return Checkpoint.open(path, has ? variant : null, ledger);
    }

    /// @throws UnreadableModel if no component has weights of that variant
    public void requireVariant(String variant) {
        boolean any =
                components.values().stream()
                        .anyMatch(c -> c.exists() && WeightFiles.has(c.path(), variant));
        if (!any) {
            throw new UnreadableModel(
                    ("%s: no component has weights of variant %s,"
                                    + " wanted at least one; leave the variant out")
                            .formatted(folder, Printable.of(variant)));
        }
    }
}
