package lightcache4j.model.run.offload;

import lightcache4j.weights.Checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The weights of a component by the paths of the sites that use them.
final class Units {
    private final Checkpoint checkpoint;
    private final Map<String, Unit> known = new HashMap<>();

    Units(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /// The weights below `path`, empty if there are none.
    Unit at(String path) {
        return known.computeIfAbsent(
                path, p -> new Unit(p, List.copyOf(checkpoint.tensorsBelow(p).values())));
    }

    /// The weights below `path` that are below none of `inner`.
    Unit without(String path, Iterable<String> inner) {
        var rest = new HashMap<>(checkpoint.tensorsBelow(path));
        for (String taken : inner) {
            rest.keySet().removeAll(checkpoint.tensorsBelow(taken).keySet());
        }
        return new Unit(path, List.copyOf(rest.values()));
    }

    /// Everything.
    Unit all() {
        return new Unit(checkpoint.name(), List.copyOf(checkpoint.tensors().values()));
    }
}
