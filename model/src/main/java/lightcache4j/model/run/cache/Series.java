package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.combine;
import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Scoped;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Keeps what came out and its divided differences over the steps computed (TaylorSeer,
/// arXiv:2503.06923, equations 5 to 7; unequal distances as in `TaylorSeerState` of diffusers).
final class Series implements Retention.StandIn {
    private final Store store;
    private final List<Box> terms; // those behind the last computed ones are empty
    private int last;

    Series(Store store, int order) {
        this.store = store;
        this.terms = Stream.generate(store::box).limit(order + 1L).toList();
    }

    @Override
    public boolean present() {
        return !terms.getFirst().empty();
    }

    @Override
    public void ahead() {
        terms.forEach(Box::ahead);
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        List<Features> fresh = new ArrayList<>();
        fresh.add(y.map(store::take, store::take));
        float rate = 1f / (step - last);
        List<Features> before = filled();
        for (int i = 0; i < Math.min(terms.size() - 1, before.size()); i++) {
            fresh.add(
                    fresh.get(i)
                            .zip(
                                    before.get(i),
                                    (now, then) ->
                                            store.make(() -> combine(rate, now, -rate, then))));
        }
        for (int i = 0; i < fresh.size(); i++) {
            terms.get(i).put(fresh.get(i));
        }
        terms.forEach(Box::leave);
        last = step;
    }

    private List<Features> filled() {
        return terms.stream().filter(term -> !term.empty()).map(Box::get).toList();
    }

    @Override
    public Features reuse(int step, Features x) {
        List<Features> now = filled();
        Features y = Scoped.features(() -> sum(now, step - last));
        terms.forEach(store::reused);
        return y;
    }

    private static Features sum(List<Features> terms, int distance) {
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
