package lightcache4j.model.vae;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// How layers follow each other here: each feature is freed as soon as its successor is there,
/// since a single one of the largest level may take hundreds of megabytes.
final class Steps {
    private Steps() {}

    /// Hands a body over one video to the runner.
    static Tensor run(Runner runner, Site site, Tensor x, UnaryOperator<Tensor> body) {
        return runner.run(site, Features.of(x), f -> Features.of(body.apply(f.video()))).video();
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

    /// One layer after the other. All features on the way are freed, `x` is not: it belongs to the
    /// caller.
    static <L> Tensor through(List<L> layers, Tensor x, BiFunction<L, Tensor, Tensor> step) {
        Tensor h = x;
        for (L layer : layers) {
            Tensor y = step.apply(layer, h);
            if (h != x) {
                Workspace.current().free(h);
            }
            h = y;
        }
        return h;
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
