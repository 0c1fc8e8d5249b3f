package lightcache4j.model.run.cache;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.model.run.swap.Shelf;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one part of a policy keeps for one guidance branch in one generation, and who decides on
/// it.
final class BranchCache {
    private final Branch branch;
    private final Course course;
    private final Guards guards;
    private final @Nullable BranchCache leader;
    private final Coverage coverage;
    private final Retention retention;
    private final Judge judge;
    private final Shelf shelf;
    private final Store store;
    private final Gauge gauge;
    private final Map<String, Retention.StandIn> kept = new HashMap<>();
    private final List<Integer> reused = new ArrayList<>();
    private int coming; // the step that is run next
    private int inRow;
    private boolean reusing;
    private boolean refused;
    private @Nullable String inside; // the site last computed inside of what is covered
    private @Nullable String lastInside; // the one before its end, when it was computed last

    /// @param shelf where both branches keep things
    /// @param leader whose decisions count, if not its own
    BranchCache(
            Branch branch,
            Course course,
            Policy policy,
            Guards guards,
            Shelf shelf,
            @Nullable BranchCache leader) {
        this.branch = branch;
        this.course = course;
        this.guards = guards;
        this.leader = leader;
        this.coverage = policy.coverage(course);
        this.retention = policy.retention();
        this.judge = policy.judge(course);
        this.shelf = shelf;
        boolean wholeModel = coverage.place(Site.MODEL) == Coverage.Place.WHOLE;
        boolean copies = wholeModel || policy.outputsLast();
        this.store = new Store(shelf, copies, wholeModel, this::foreseesReuse);
        this.gauge = leader == null ? policy.gauge(course).open(store) : Gauge.NONE;
    }

    /// The runner of a step.
    ///
    /// @param next who runs what is not reused
    Runner at(int step, Runner next) {
        return new CachedStep(this, step, next);
    }

    /// The model is about to be run for this branch.
    void begin(int step) {
        coming = step;
        if (foreseesReuse()) {
            spans().forEach(Retention.StandIn::ahead);
        }
    }

    /// A site inside of what is covered is about to be computed. If it is the last one, what is
    /// kept is brought back: what comes out is held against it next.
    void inside(Site site) {
        inside = site.path();
        if (inside.equals(lastInside)) {
            spans().forEach(Retention.StandIn::ahead);
        }
    }

    /// What is covered has been computed.
    void insideDone() {
        lastInside = inside;
    }

    /// What is kept of something that is covered as a whole, rather than layer by layer.
    private Collection<Retention.StandIn> spans() {
        return kept.size() > 1 ? List.of() : kept.values();
    }

    private boolean foreseesReuse() {
        return coming < course.steps()
                && judge.foresees(coming)
                && guards.allow(coming, course.steps(), inRow);
    }

    /// Something covered begins: what was used before it can leave.
    void settle() {
        shelf.settle();
    }

    /// Whether what the site keeps will do at this step. Asked once each time a step is run.
    boolean decide(int step, Site site, Features x) {
        coming = step + 1;
        double measured = gauge.measure(x);
        boolean wanted =
                !refused && (leader == null ? judge.reuse(step, measured) : leader.reusing);
        reusing = wanted && kept(site).present() && guards.allow(step, course.steps(), inRow);
        refused = false;
        if (reusing) {
            inRow++;
            reused.add(step);
        } else {
            inRow = 0;
            judge.computed();
            kept.values().forEach(Retention.StandIn::makeRoom);
        }
        gauge.decided(reusing);
        DecisionEvent.commit(branch, step, site, reusing, measured, store.bytes());
        return reusing;
    }

    /// What was reused at `step` will not do: it is run again, and computed.
    void refuse(int step) {
        refused = true;
        reused.remove(Integer.valueOf(step));
    }

    /// What `site` keeps.
    Retention.StandIn kept(Site site) {
        return kept.computeIfAbsent(site.path(), _ -> retention.open(store));
    }

    Coverage coverage() {
        return coverage;
    }

    Gauge gauge() {
        return gauge;
    }

    Store store() {
        return store;
    }

    /// The steps that reused something, in order.
    List<Integer> reused() {
        return reused;
    }
}
