package lightcache4j.model.run.cache;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.swap.Shelf;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// One guidance branch in one generation: all parts of its policy, one within the other, and the
/// guard against collapse around them.
final class CachedBranch implements Session {
    private final Branch branch;
    private final Runner next;
    private final Shelf shelf;
    private final List<BranchCache> parts = new ArrayList<>();
    private final @Nullable Plausible plausible;
    private @Nullable Features output;
    private int steps; // a branch that guidance does not need has none
    private int recomputed;

    /// @param next what runs the bodies that are computed
    /// @param shelf where both branches keep things
    /// @param leader the branch whose decisions count where a part says so; null for that branch
    CachedBranch(
            Branch branch,
            Course course,
            List<Policy> policies,
            Guards guards,
            Runner next,
            Shelf shelf,
            @Nullable CachedBranch leader) {
        this.branch = branch;
        this.next = next;
        this.shelf = shelf;
        for (Policy part : policies) {
            BranchCache decides =
                    leader != null && part.conditionalDecides()
                            ? leader.parts.get(parts.size())
                            : null;
            parts.add(new BranchCache(branch, course, part, guards, shelf, decides));
        }
        plausible = guards.collapse() ? new Plausible() : null;
    }

    @Override
    public Runner at(int step) {
        return new BranchStep(this, step);
    }

    /// The model is about to be run.
    void begin(int step) {
        shelf.settle();
        if (branch == Branch.CONDITIONAL) {
            shelf.round();
        }
        parts.forEach(part -> part.begin(step));
    }

    /// Runs a step through all parts.
    Runner through(int step) {
        Runner runner = next;
        for (BranchCache part : parts.reversed()) {
            runner = part.at(step, runner);
        }
        return runner;
    }

    /// Whether what came out at `step` may stand; if not, the step is to be run again, and will be
    /// computed.
    boolean accepts(int step, Features y) {
        List<BranchCache> reusing = parts.stream().filter(p -> p.reused().contains(step)).toList();
        if (plausible == null || reusing.isEmpty()) {
            return true;
        }
        if (plausible.accepts(y.video())) {
            return true;
        }
        reusing.forEach(part -> part.refuse(step));
        recomputed++;
        return false;
    }

    /// The step is done.
    void finished(int step, Features y) {
        steps++;
        output = y;
        if (plausible != null && parts.stream().noneMatch(p -> p.reused().contains(step))) {
            plausible.computed(y.video());
        }
    }

    /// What the model put out in the last step; alive until the step ends.
    Features output() {
        if (output == null) {
            throw new IllegalStateException(
                    "cache: the conditional branch has put nothing out, wanted it to run first");
        }
        return output;
    }

    /// What was reused so far.
    Reuse reuse() {
        TreeSet<Integer> reused = new TreeSet<>();
        parts.forEach(part -> reused.addAll(part.reused()));
        long peak = parts.stream().mapToLong(part -> part.store().peak()).sum();
        return new Reuse(steps, List.copyOf(reused), recomputed, peak);
    }
}
