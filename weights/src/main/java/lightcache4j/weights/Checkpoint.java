package lightcache4j.weights;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// One component of a model, open: its `config.json` and its weights, from a single file, from
/// shards, or from the files of a variant. All of it is mapped in one arena and goes when the
/// checkpoint is closed.
///
/// ```java
/// try (Checkpoint transformer = Checkpoint.open(Path.of("model/transformer"))) {
///     Config config = transformer.config();
///     Weights weights = transformer.weights();
/// }
/// ```
public final class Checkpoint implements AutoCloseable {
    private static final String CONFIG = "config.json";

    private final String name;
    private final Arena arena = Arena.ofShared();
    private final List<Safetensors> files = new ArrayList<>();
    private final NavigableMap<String, Tensor> tensors = new TreeMap<>();
    private final Config config;
    private final Weights weights;
    private boolean closed;

    private Checkpoint(Path place, @Nullable String variant, @Nullable MemoryLedger ledger) {
        this.name = nameOf(place);
        try {
            boolean folder = Files.isDirectory(place);
            Path source = folder ? WeightFiles.find(place, variant) : place;
            if (source.toString().endsWith(".json")) {
                openShards(ShardIndex.read(source), ledger);
            } else {
                files.add(Safetensors.open(source, arena, ledger));
                tensors.putAll(files.getFirst().tensors());
            }
            Path json = source.toAbsolutePath().resolveSibling(CONFIG);
            this.config =
                    Files.exists(json)
                            ? Config.read(json, name + "/" + CONFIG)
                            : new Config(name, JsonNodeFactory.instance.objectNode());
            this.weights = new Weights(name, tensors);
        } catch (RuntimeException | Error refused) {
            close();
            throw refused;
        }
    }

    /// Opens a component that no ledger counts.
    ///
    /// @see #open(Path, String, MemoryLedger)
    public static Checkpoint open(Path place) {
        return open(place, null, null);
    }

    /// Opens a component.
    ///
    /// @param place its folder, or a safetensors file, or an index of shards
    /// @param variant the variant of a folder's files, such as `fp16`; null for the plain files, or
    ///   for the only variant if there are no plain files
    /// @param ledger counts the tensors as mapped until the checkpoint is closed
    /// @throws UnreadableModel if there are no weights, or a shard is missing
    /// @throws MalformedSafetensors if a file is not what the format allows
    /// @throws MalformedConfig if a JSON file is not what it should be
    public static Checkpoint open(
            Path place, @Nullable String variant, @Nullable MemoryLedger ledger) {
        if (!Files.exists(place)) {
            throw new UnreadableModel(
                    place + ": is missing, wanted the folder of a component; is the path right?");
        }
        return new Checkpoint(place, variant, ledger);
    }

    private static String nameOf(Path place) {
        Path last = place.toAbsolutePath().normalize().getFileName();
        return last == null ? "model" : last.toString();
    }

    private void openShards(ShardIndex index, @Nullable MemoryLedger ledger) {
        Map<Path, Safetensors> opened = new HashMap<>();
        for (Path shard : index.shards()) {
            if (!Files.exists(shard)) {
                throw new UnreadableModel(
                        "%s: is missing, wanted the shard that %s names; is the download complete?"
                                .formatted(shard, index.index().getFileName()));
            }
            Safetensors file = Safetensors.open(shard, arena, ledger);
            files.add(file);
            opened.put(shard, file);
        }
        index.files()
                .forEach(
                        (tensor, shard) -> {
                            Safetensors file = Objects.requireNonNull(opened.get(shard));
                            if (!file.tensors().containsKey(tensor)) {
                                throw new UnreadableModel(
                                        ("%s: lacks %s, wanted it there by %s; do the files belong"
                                                        + " together?")
                                                .formatted(
                                                        shard,
                                                        Printable.of(tensor),
                                                        index.index().getFileName()));
                            }
                            tensors.put(tensor, file.tensor(tensor));
                        });
        // What the index forgot is loaded all the same, as transformers does, and then found
        // unread.
        files.forEach(file -> file.tensors().forEach(tensors::putIfAbsent));
    }

    /// What messages call it: the name of its folder or file.
    public String name() {
        return name;
    }

    /// Its `config.json`; without any field if it has none.
    public Config config() {
        return config;
    }

    /// Its weights, from the top.
    ///
    /// @throws MalformedConfig if its configuration says that they are quantised in a way that is
    ///   not read
    public Weights weights() {
        Quantization.requireKnown(config);
        return weights;
    }

    /// Every tensor by its name, sorted by name.
    public SortedMap<String, Tensor> tensors() {
        return Collections.unmodifiableSortedMap(tensors);
    }

    /// The tensors whose names begin with `path` and a dot: the weights of the layer of that name.
    ///
    /// @param path such as `transformer_blocks.7`
    public SortedMap<String, Tensor> tensorsBelow(String path) {
        char afterDot = '.' + 1;
        return Collections.unmodifiableSortedMap(tensors.subMap(path + '.', path + afterDot));
    }

    /// The class that its configuration says it is: `_class_name` of diffusers, the first of
    /// `architectures` of transformers; null if it says neither.
    public @Nullable String className() {
        if (config.has("_class_name")) {
            return config.text("_class_name");
        }
        return config.has("architectures") && !config.texts("architectures").isEmpty()
                ? config.texts("architectures").getFirst()
                : null;
    }

    /// The files that its weights are in.
    public List<Path> files() {
        return files.stream().map(Safetensors::file).toList();
    }

    /// Every tensor of its files, in the order of the bytes.
    public List<Safetensors.Entry> entries() {
        return files.stream().flatMap(file -> file.entries().stream()).toList();
    }

    /// Bytes that its tensors take.
    public long byteSize() {
        return files.stream().mapToLong(Safetensors::byteSize).sum();
    }

    /// Number of elements of all its tensors.
    public long parameters() {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }

    /// Number of elements by dtype.
    public Map<DType, Long> dtypes() {
        Map<DType, Long> elements = new EnumMap<>(DType.class);
        tensors.values().forEach(t -> elements.merge(t.dtype(), t.size(), Long::sum));
        return elements;
    }

    /// Unmaps its files; its tensors cannot be read afterwards.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
            files.forEach(Safetensors::close);
        }
    }
}
