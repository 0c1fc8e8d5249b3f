package lightcache4j.weights;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/// An `….safetensors.index.json`: which file of the folder holds which tensor.
///
/// @param files the shard of each tensor, by the tensor's name
record ShardIndex(Path index, Map<String, Path> files) {

    /// @throws MalformedConfig if it is no index, or names a file that is not in its own folder
    static ShardIndex read(Path index) {
        Config config = Config.read(index);
        Map<String, Path> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : config.child("weight_map").json().properties()) {
            JsonNode shard = entry.getValue();
            if (!shard.isTextual()) {
                throw new MalformedConfig(
                        "%s: weight_map gives %s the file %s, wanted a name"
                                .formatted(index, Printable.of(entry.getKey()), shard));
            }
            files.put(entry.getKey(), inside(index, shard.asText()));
        }
        return new ShardIndex(index, Map.copyOf(files));
    }

    /// Every shard once, sorted by name.
    TreeSet<Path> shards() {
        return new TreeSet<>(files.values());
    }

    private static Path inside(Path index, String name) {
        if (!FileNames.isPlain(name)) {
            throw new MalformedConfig(
                    ("%s: weight_map names the file %s, wanted a plain name in the same folder; is"
                                    + " it tampered with?")
                            .formatted(index, Printable.of(name)));
        }
        return index.resolveSibling(name);
    }
}
