package lightcache4j.model.vae;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// How layers follow each other here: each feature is freed as soon as its successor is there,
/// since a single one of the largest level may take hundreds of megabytes.
final class Steps {
    private Steps() {}

    /// Hands a body over one video to the runner.
    static Tensor run(Runner runner, Site site, Tensor x, UnaryOperator<Tensor> body) {
        return runner.run(site, Features.of(x), f -> Features.of(body.apply(f.video()))).video();
    }

    /// The same with a body that frees `x` as soon as it is done with it, so that `x` is gone
    /// afterwards. Where the runner only lends it to the body, it stays.
    static Tensor runSpending(Runner runner, Site site, Tensor x, UnaryOperator<Tensor> body) {
        return runner.run(site, Features.of(x).giveAway(), f -> Features.of(spending(f, body)))
                .video();
    }

    private static Tensor spending(Features x, UnaryOperator<Tensor> body) {
        // In a workspace of its own the body cannot free what it does not own.
        return x.given() ? body.apply(x.video()) : Scoped.tensor(() -> body.apply(x.video()));
    }

    /// Frees `spent`, out of which `next` was computed.
    ///
    /// @return `next`
    static Tensor release(Tensor spent, Tensor next) {
        Workspace.current().free(spent);
        return next;
    }

    /// As [#release], for parts that were joined to `next`.
    static Tensor releaseAll(List<Tensor> spent, Tensor next) {
        spent.forEach(Workspace.current()::free);
        return next;
    }

    /// Views of `x`, `size` frames each; the last has what is left over as well.
    static List<Tensor> groups(Tensor x, int size) {
        long count = Math.max(1, x.dim(0) / size);
        List<Tensor> groups = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            groups.add(x.rows(i * size, i == count - 1 ? x.dim(0) : (i + 1) * size));
        }
        return groups;
    }
}
