package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Workspace;

import java.util.function.UnaryOperator;

/// Runs one step of one branch under its policy, and once more where what reuse gave is not
/// plausible.
final class BranchStep implements Runner {
    private final CachedBranch branch;
    private final int step;
    private Runner cached;

    BranchStep(CachedBranch branch, int step) {
        this.branch = branch;
        this.step = step;
        this.cached = branch.through(step);
    }

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        if (!site.equals(Site.MODEL)) {
            return cached.run(site, x, body);
        }
        branch.begin(step);
        Features y = cached.run(site, x, body);
        if (!branch.accepts(step, y)) {
            Workspace.current().free(y.video());
            cached = branch.through(step);
            y = cached.run(site, x, body);
        }
        branch.finished(step, y);
        return y;
    }
}
