package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;

import org.jspecify.annotations.Nullable;

import java.util.function.UnaryOperator;

/// Runs one step of one branch: where what is covered begins, it lets the policy decide; then it
/// computes and keeps, or hands out what is kept and runs nothing of what is covered.
///
/// A policy that decides by something inside the first covered site has that site begun. If it then
/// decides to reuse, the layers that are left in there hand on what they are given, and what comes
/// out counts for nothing.
final class CachedStep implements Runner {
    private enum Decision {
        OPEN,
        COMPUTE,
        REUSE
    }

    private final BranchCache branch;
    private final int step;
    private final Runner next;
    private Decision decision = Decision.OPEN;
    private boolean within;
    private @Nullable Site begun;
    private @Nullable Site first;
    private @Nullable Box input; // of the first, until the last is computed

    CachedStep(BranchCache branch, int step, Runner next) {
        this.branch = branch;
        this.step = step;
        this.next = next;
    }

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        lookAhead(site);
        if (begun != null) {
            return inside(begun, site, x, body);
        }
        if (within) {
            branch.inside(site);
            return next.run(site, x, body);
        }
        Coverage.Place place = branch.coverage().place(site);
        if (place == Coverage.Place.OUTSIDE) {
            return branch.gauge().watch(site, x, () -> next.run(site, x.lend(), body));
        }
        if (place.begins()) {
            branch.settle();
        }
        if (decision == Decision.OPEN && branch.gauge().looksAt() != null) {
            return begin(place, site, x, body);
        }
        if (decision == Decision.OPEN) {
            decide(site, x);
        }
        if (decision == Decision.COMPUTE) {
            return compute(place, site, x, body);
        }
        return place.begins() ? branch.kept(site).reuse(step, x) : x;
    }

    private void decide(Site site, Features x) {
        decision = branch.decide(step, site, x) ? Decision.REUSE : Decision.COMPUTE;
    }

    private Features compute(
            Coverage.Place place, Site site, Features x, UnaryOperator<Features> body) {
        holdInput(place, site, x);
        within = true;
        Features y = next.run(site, x.lend(), body);
        within = false;
        branch.insideDone();
        keep(place, site, x, y);
        return y;
    }

    private Features begin(
            Coverage.Place place, Site site, Features x, UnaryOperator<Features> body) {
        holdInput(place, site, x);
        begun = site;
        Features y = next.run(site, x.lend(), body);
        begun = null;
        if (decision == Decision.COMPUTE) {
            keep(place, site, x, y);
            return y;
        }
        Features reused = branch.kept(site).reuse(step, x);
        dropInput();
        return reused;
    }

    private Features inside(Site begunSite, Site site, Features x, UnaryOperator<Features> body) {
        if (decision == Decision.REUSE) {
            return x;
        }
        Features y = next.run(site, x.lend(), body);
        if (site.path().equals(branch.gauge().looksAt())) {
            decide(begunSite, y);
        }
        return y;
    }

    private void holdInput(Coverage.Place place, Site site, Features x) {
        if (place == Coverage.Place.FIRST) {
            first = site;
            input = branch.kept(site).needsInput() ? branch.store().whileComputing(x) : null;
        }
    }

    private void keep(Coverage.Place place, Site site, Features x, Features y) {
        if (place == Coverage.Place.WHOLE) {
            keep(site, x, y);
        } else if (place == Coverage.Place.LAST && first != null) {
            keep(first, input == null ? null : input.get(), y);
            dropInput();
        }
    }

    private void dropInput() {
        if (input != null) {
            input.clear();
            input = null;
        }
    }

    /// What was put aside when the first of several sites began is needed after the last of them.
    private void lookAhead(Site site) {
        if (input != null && !site.isSpan() && branch.coverage().place(site).ends()) {
            input.ahead();
        }
    }

    private void keep(Site site, @Nullable Features x, Features y) {
        if (x != null) {
            branch.gauge().computed(x, y);
        }
        branch.kept(site).keep(step, x, y);
    }
}
