package lightcache4j.model.run.offload;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One layer's weights are in memory, and those of what it is nested in: they are fetched when they
/// are wanted and leave behind it.
///
/// A site's own weights are those below its path that are below no nested site's: of a block, those
/// of its norms, but not those of its attention and its feed-forward. Which sites are nested shows
/// when the first block of a list is run. Until then its weights are read as they are touched, and
/// count at its end.
final class LayerStream implements WeightStream {
    private final Units units;
    private final Copies copies;
    private final Map<String, Set<String>> nested = new HashMap<>();
    private final Deque<Use> open = new ArrayDeque<>();

    LayerStream(Units units, Copies copies) {
        this.units = units;
        this.copies = copies;
    }

    @Override
    public Runner over(Runner next) {
        return new Offloaded(this::visit, next);
    }

    private Visit visit(Site site) {
        return units.at(site.path()).isEmpty() ? Visit.NONE : new Use(site.path());
    }

    /// The path with a star for each index: the same for all elements of a list.
    private static String kind(String path) {
        return path.replaceAll("\\.\\d+(?=\\.|$)", ".*");
    }

    private final class Use implements Visit {
        private final String path;
        private final Set<String> inner = new HashSet<>();
        private Copies.@Nullable Fetch own;
        private boolean begun;

        Use(String path) {
            this.path = path;
        }

        @Override
        public void begin() {
            if (begun) {
                return;
            }
            begun = true;
            Use outer = open.peek();
            if (outer != null && path.startsWith(outer.path + ".")) {
                outer.inner.add(path.substring(outer.path.length() + 1));
            }
            open.push(this);
            Set<String> known = nested.get(kind(path));
            if (known != null) {
                fetch(known);
            }
        }

        @Override
        public void end() {
            if (!begun) {
                return;
            }
            open.pop();
            if (own == null) {
                fetch(inner);
            }
            nested.computeIfAbsent(kind(path), _ -> new HashSet<>()).addAll(inner);
            if (own != null) {
                copies.evict(own);
            }
        }

        private void fetch(Set<String> without) {
            List<String> taken = without.stream().map(name -> path + "." + name).toList();
            Unit unit = units.without(path, taken);
            if (!unit.isEmpty()) {
                own = copies.fetch(unit, false);
                copies.await(own);
            }
        }
    }

    @Override
    public void close() {
        open.clear();
        copies.evictUncounted(units.all());
        copies.close();
    }
}
