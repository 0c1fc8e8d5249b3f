package lightcache4j.weights;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the weights of a component's folder. The names that diffusers and transformers give them,
/// for a variant such as `fp16`, are, with `diffusion_pytorch_model` or `model` as NAME,
///
/// ```
/// NAME.safetensors              NAME.fp16.safetensors
/// NAME.safetensors.index.json   NAME.safetensors.index.fp16.json
/// ```
///
/// and `….safetensors.fp16.index.json` or `….fp16.safetensors.index.json` in older folders. Where a
/// folder has both, diffusers reads the index, transformers the single file, and so is it here.
final class WeightFiles {
    private static final String PLAIN = "";
    private static final Pattern SINGLE =
            Pattern.compile("(diffusion_pytorch_model|model)(?:\\.([\\w-]+))?\\.safetensors");
    private static final Pattern INDEX =
            Pattern.compile(
                    "(diffusion_pytorch_model|model)(?:\\.([\\w-]+))?\\.safetensors"
                            + "(?:\\.([\\w-]+))?\\.index(?:\\.([\\w-]+))?\\.json");
    private static final Pattern SHARD = Pattern.compile(".*-\\d+-of-\\d+(?:\\..*)?\\.safetensors");

    private WeightFiles() {}

    /// The one file that stands for the weights: a safetensors file or an index of shards.
    ///
    /// @param variant null for the plain files, or for the only variant where there are no plain
    ///   files
    /// @throws UnreadableModel if there is none, or several and no way to tell which
    static Path find(Path folder, @Nullable String variant) {
        Map<String, Path> found = byVariant(folder);
        if (variant != null) {
            Path named = found.get(variant);
            if (named == null) {
                throw new UnreadableModel(
                        "%s: has no weights of variant %s, wanted one of %s"
                                .formatted(folder, variant, listed(found)));
            }
            return named;
        }
        Path plain = found.get(PLAIN);
        if (plain != null) {
            return plain;
        }
        if (found.size() == 1) {
            return found.values().iterator().next();
        }
        if (found.size() > 1) {
            throw new UnreadableModel(
                    "%s: has only the variants %s, wanted one to be chosen; name the variant"
                            .formatted(folder, listed(found)));
        }
        return other(folder);
    }

    /// Whether `folder` has weights of `variant`.
    static boolean has(Path folder, String variant) {
        return byVariant(folder).containsKey(variant);
    }

    private static Map<String, Path> byVariant(Path folder) {
        Map<String, Path> found = new TreeMap<>();
        for (Path file : files(folder)) {
            String name = file.getFileName().toString();
            Matcher index = INDEX.matcher(name);
            Matcher single = SINGLE.matcher(name);
            if (index.matches()) {
                boolean wins = index.group(1).equals("diffusion_pytorch_model");
                keep(found, variant(index), file, wins);
            } else if (single.matches() && !SHARD.matcher(name).matches()) {
                boolean wins = single.group(1).equals("model");
                keep(found, variant(single), file, wins);
            }
        }
        return found;
    }

    private static void keep(Map<String, Path> found, String variant, Path file, boolean wins) {
        if (wins) {
            found.put(variant, file);
        } else {
            found.putIfAbsent(variant, file);
        }
    }

    private static String variant(Matcher name) {
        for (int group = 2; group <= name.groupCount(); group++) {
            if (name.group(group) != null) {
                return name.group(group);
            }
        }
        return PLAIN;
    }

    private static String listed(Map<String, Path> found) {
        return found.isEmpty()
                ? "its variants, of which it has none"
                : String.join(
                        ", ",
                        found.keySet().stream().map(v -> v.isEmpty() ? "(plain)" : v).toList());
    }

    /// Weights under a name of their own, if there is but one such file.
    private static Path other(Path folder) {
        List<Path> files = files(folder);
        List<Path> safetensors =
                files.stream().filter(f -> f.toString().endsWith(".safetensors")).toList();
        boolean shards = safetensors.stream().anyMatch(f -> SHARD.matcher(f.toString()).matches());
        if (safetensors.size() == 1 && !shards) {
            return safetensors.getFirst();
        }
        boolean pickled =
                files.stream()
                        .map(Path::toString)
                        .anyMatch(
                                f -> f.endsWith(".bin") || f.endsWith(".pt") || f.endsWith(".pth"));
        String hint =
                shards
                        ? "it has shards without their index: is the download complete?"
                        : pickled
                                ? "it has pickled weights only, which may run code: save it again"
                                        + " as safetensors"
                                : "is the download complete?";
        throw new UnreadableModel(
                ("%s: has no weights, wanted diffusion_pytorch_model.safetensors or"
                                + " model.safetensors; %s")
                        .formatted(folder, hint));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException refused) {
            throw new UnreadableModel(
                    "%s: cannot be listed (%s), wanted the folder of a component"
                            .formatted(folder, refused.getMessage()),
                    refused);
        }
    }
}
