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

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Runs the denoiser under a caching policy: at some steps, what a part of it gave at an earlier
/// step stands in for computing that part.
///
/// Each generation begins with nothing kept, and each guidance branch keeps its own.
public final class Caching implements SessionFactory {
    private static final Map<String, Function<Settings, List<Policy>>> POLICIES =
            new TreeMap<>(
                    Map.of(
                            "uniform", s -> List.of(Uniform.of(s)),
                            "first-block", s -> List.of(FirstBlock.of(s)),
                            "taylorseer", s -> List.of(TaylorSeer.of(s)),
                            "magcache", s -> List.of(MagCache.of(s)),
                            "easycache", s -> List.of(EasyCache.of(s)),
                            "dbcache", s -> List.of(DualBlock.of(s)),
                            "pab", s -> List.of(PyramidAttention.of(s)),
                            "teacache", s -> List.of(TeaCache.of(s)),
                            "fastercache", s -> List.of(FasterCache.of(s)),
                            "smoothcache", SmoothCache::of));

    private final List<Policy> parts;
    private final Guards guards;
    private final List<String> notices;

    private Caching(List<Policy> parts, Guards guards, List<String> notices) {
        this.parts = parts;
        this.guards = guards;
        this.notices = notices;
    }

    /// Reads `NAME[:key=value,…]`, such as `first-block:threshold=0.1`. Elements of a list are
    /// parted by semicolons.
    ///
    /// @throws UnusableCache if there is no such policy or key, or a value means nothing
    public static Caching of(String text) {
        return of(text, null);
    }

    /// As [#of(String)], for a model that may have a calibration.
    ///
    /// @param beside where it is, if there is one; policies that need one take it from there
    /// @throws UnusableCache if there is no such policy or key, or a value means nothing, or a
    ///   calibration is needed and there is none
    public static Caching of(String text, @Nullable Path beside) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        Function<Settings, List<Policy>> maker = POLICIES.get(name);
        if (maker == null) {
            throw unknown(name);
        }
        Settings settings = Settings.of(name, colon < 0 ? "" : text.substring(colon + 1), beside);
        List<Policy> parts = maker.apply(settings);
        Guards guards = Guards.of(settings);
        settings.requireAllRead();
        return new Caching(parts, guards, settings.notices());
    }

    /// @throws UnusableCache if `text` does not begin with the name of a policy, or with
    ///   [AutomaticCaching#NAME]
    public static void requireKnown(String text) {
        String name = text.replaceFirst(":.*", "");
        if (!POLICIES.containsKey(name) && !name.equals(AutomaticCaching.NAME)) {
            throw unknown(name);
        }
    }

    private static UnusableCache unknown(String name) {
        return new UnusableCache(
                "cache: \"%s\" is no policy, wanted one of %s, or %s"
                        .formatted(
                                name, String.join(", ", POLICIES.keySet()), AutomaticCaching.NAME));
    }

    /// What is done otherwise than asked, one line each, for the user.
    public List<String> notices() {
        return notices;
    }

    @Override
    public Sessions open(Course course, Runner next, Swap swap) {
        Shelf shelf = swap.features();
        CachedBranch conditional =
                new CachedBranch(Branch.CONDITIONAL, course, parts, guards, next, shelf, null);
        List<Policy> others =
                parts.stream().map(p -> p.unconditional(course, conditional::output)).toList();
        CachedBranch unconditional =
                new CachedBranch(
                        Branch.UNCONDITIONAL, course, others, guards, next, shelf, conditional);
        return new Both(conditional, unconditional, shelf);
    }

    private record Both(CachedBranch conditional, CachedBranch unconditional, Shelf shelf)
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
