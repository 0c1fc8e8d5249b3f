package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.combine;
import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Scoped;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Keeps what came out and its divided differences over the steps computed (TaylorSeer,
/// arXiv:2503.06923, equations 5 to 7; unequal distances as in `TaylorSeerState` of diffusers).
final class Series implements Retention.Kept {
    private final Store store;
    private final int order;
    private List<Features> terms = List.of();
    private int last;

    Series(Store store, int order) {
        this.store = store;
        this.order = order;
    }

    @Override
    public boolean present() {
        return !terms.isEmpty();
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        List<Features> fresh = new ArrayList<>();
        fresh.add(store.take(y));
        float rate = 1f / (step - last);
        for (int i = 0; i < Math.min(order, terms.size()); i++) {
            fresh.add(
                    fresh.get(i)
                            .zip(
                                    terms.get(i),
                                    (now, before) ->
                                            store.make(() -> combine(rate, now, -rate, before))));
        }
        terms.forEach(store::free);
        terms = fresh;
        last = step;
    }

    @Override
    public Features reuse(int step, Features x) {
        return Scoped.features(() -> sum(step - last));
    }

    private Features sum(int distance) {
        Features sum = terms.getFirst().map(a -> scale(a, 1), a -> scale(a, 1));
        float weight = 1;
        for (int i = 1; i < terms.size(); i++) {
            weight = weight * distance / i;
            float factor = weight;
            sum = sum.zip(terms.get(i), (a, b) -> combine(1, a, factor, b));
        }
        return sum;
    }
}
