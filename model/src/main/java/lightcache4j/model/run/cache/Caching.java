package lightcache4j.model.run.cache;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.Sessions;
import lightcache4j.model.run.swap.Shelf;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.tensors.Part;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Runs the denoiser under a caching policy: at some steps, what a part of it gave at an earlier
/// step stands in for computing that part.
///
/// Each generation begins with nothing kept, and each guidance branch keeps its own.
public final class Caching implements SessionFactory {
    private static final Map<String, Function<Settings, Policy>> POLICIES =
            new TreeMap<>(
                    Map.of(
                            "uniform", Uniform::of,
                            "first-block", FirstBlock::of,
                            "taylorseer", TaylorSeer::of,
                            "magcache", MagCache::of,
                            "easycache", EasyCache::of,
                            "dbcache", DualBlock::of,
                            "pab", PyramidAttention::of));

    private final Policy policy;
    private final Guards guards;

    private Caching(Policy policy, Guards guards) {
        this.policy = policy;
        this.guards = guards;
    }

    /// Reads `NAME[:key=value,…]`, such as `first-block:threshold=0.1`. Elements of a list are
    /// parted by semicolons.
    ///
    /// @throws UnusableCache if there is no such policy or key, or a value means nothing
    public static Caching of(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        Function<Settings, Policy> maker = POLICIES.get(name);
        if (maker == null) {
            throw new UnusableCache(
                    "cache: \"%s\" is no policy, wanted one of %s"
                            .formatted(name, String.join(", ", POLICIES.keySet())));
        }
        Settings settings = Settings.of(name, colon < 0 ? "" : text.substring(colon + 1));
        Caching caching = new Caching(maker.apply(settings), Guards.of(settings));
        settings.requireAllRead();
        return caching;
    }

    @Override
    public Sessions open(Course course, Runner next, Swap swap) {
        Shelf shelf = swap.shelf(Part.FEATURES);
        BranchCache conditional =
                new BranchCache(Branch.CONDITIONAL, course, policy, guards, next, shelf, null);
        BranchCache leader = policy.conditionalDecides() ? conditional : null;
        BranchCache unconditional =
                new BranchCache(Branch.UNCONDITIONAL, course, policy, guards, next, shelf, leader);
        return new Both(conditional, unconditional, shelf);
    }

    private record Both(BranchCache conditional, BranchCache unconditional, Shelf shelf)
            implements Sessions {
        @Override
        public Session of(Branch branch) {
            return branch == Branch.CONDITIONAL ? conditional : unconditional;
        }

        @Override
        public Map<Branch, Reuse> reuse() {
            Map<Branch, Reuse> reuse = new EnumMap<>(Branch.class);
            reuse.put(Branch.CONDITIONAL, conditional.reuse());
            reuse.put(Branch.UNCONDITIONAL, unconditional.reuse());
            reuse.values().removeIf(branch -> branch.steps() == 0);
            return reuse;
        }

        @Override
        public void close() {
            shelf.close();
        }
    }
}
