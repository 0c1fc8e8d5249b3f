package lightcache4j.model.run.cache;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.Site;
import lightcache4j.model.run.swap.Shelf;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one guidance branch keeps in one generation, and who decides on it.
final class BranchCache implements Session {
    private final Branch branch;
    private final Course course;
    private final Guards guards;
    private final @Nullable BranchCache leader;
    private final Coverage coverage;
    private final Retention retention;
    private final Judge judge;
    private final Runner next;
    private final Shelf shelf;
    private final Store store;
    private final Gauge gauge;
    private final Map<String, Retention.Kept> kept = new HashMap<>();
    private final List<Integer> reused = new ArrayList<>();
    private int steps; // a branch that guidance does not need has none
    private int coming; // the step that is run next
    private int inRow;
    private boolean reusing;

    /// @param next what runs the bodies that are computed
    /// @param shelf where both branches keep things
    /// @param leader whose decisions count, if not its own
    BranchCache(
            Branch branch,
            Course course,
            Policy policy,
            Guards guards,
            Runner next,
            Shelf shelf,
            @Nullable BranchCache leader) {
        this.branch = branch;
        this.course = course;
        this.guards = guards;
        this.leader = leader;
        this.coverage = policy.coverage(course);
        this.retention = policy.retention();
        this.judge = policy.judge(course);
        this.next = next;
        this.shelf = shelf;
        boolean wholeModel = coverage.place(Site.MODEL) == Coverage.Place.WHOLE;
        this.store = new Store(shelf, wholeModel, this::foreseesReuse);
        this.gauge = leader == null ? policy.gauge(course).open(store) : Gauge.NONE;
    }

    @Override
    public Runner at(int step) {
        return new CachedStep(this, step, next);
    }

    /// The model is about to be run for this branch.
    void begin(int step) {
        coming = step;
        shelf.settle();
        if (branch == Branch.CONDITIONAL) {
            shelf.round();
        }
        if (foreseesReuse()) {
            spans().forEach(Retention.Kept::ahead);
        }
    }

    /// What is kept of something that is covered as a whole, rather than layer by layer.
    private Collection<Retention.Kept> spans() {
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

    /// Whether what the site keeps will do at this step. Asked once per step.
    boolean decide(int step, Site site, Features x) {
        steps++;
        coming = step + 1;
        double measured = gauge.measure(x);
        boolean wanted = leader == null ? judge.reuse(step, measured) : leader.reusing;
        reusing = wanted && kept(site).present() && guards.allow(step, course.steps(), inRow);
        if (reusing) {
            inRow++;
            reused.add(step);
        } else {
            inRow = 0;
            judge.computed();
            kept.values().forEach(Retention.Kept::makeRoom);
        }
        gauge.decided(reusing);
        DecisionEvent.commit(branch, step, site, reusing, measured, store.bytes());
        return reusing;
    }

    /// What `site` keeps.
    Retention.Kept kept(Site site) {
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

    /// What was reused so far.
    Reuse reuse() {
        return new Reuse(steps, reused, store.peak());
    }
}
