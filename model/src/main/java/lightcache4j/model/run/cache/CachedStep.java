package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;

import org.jspecify.annotations.Nullable;

import java.util.function.UnaryOperator;

/// Runs one step of one branch: where what is covered begins, it lets the policy decide; then it
/// computes and keeps, or hands out what is kept and runs nothing of what is covered.
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
        if (within) {
            return next.run(site, x, body);
        }
        if (site.equals(Site.MODEL)) {
            branch.begin(step);
        }
        Coverage.Place place = branch.coverage().place(site);
        if (place == Coverage.Place.OUTSIDE) {
            return branch.gauge().watch(site, x, () -> next.run(site, x, body));
        }
        if (place.begins()) {
            branch.settle();
        }
        if (decision == Decision.OPEN) {
            decision = branch.decide(step, site, x) ? Decision.REUSE : Decision.COMPUTE;
        }
        if (decision == Decision.COMPUTE) {
            return compute(place, site, x, body);
        }
        return place.begins() ? branch.kept(site).reuse(step, x) : x;
    }

    private Features compute(
            Coverage.Place place, Site site, Features x, UnaryOperator<Features> body) {
        if (place == Coverage.Place.FIRST) {
            first = site;
            input = branch.kept(site).needsInput() ? branch.store().whileComputing(x) : null;
        }
        within = true;
        Features y = next.run(site, x, body);
        within = false;
        if (place == Coverage.Place.WHOLE) {
            keep(site, x, y);
        } else if (place == Coverage.Place.LAST && first != null) {
            keep(first, input == null ? null : input.get(), y);
            if (input != null) {
                input.clear();
                input = null;
            }
        }
        return y;
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
