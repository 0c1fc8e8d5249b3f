package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.subtract;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;

import java.util.function.Supplier;

/// How much the residual of the front blocks changed since the last step computed: `mean |r(t) −
/// r(s)| / mean |r(s)|`, of the video stream.
final class FrontChange implements Gauge {
    private final Coverage front;
    private final Store store;
    private final Box input;
    private final Box now;
    private final Box before;

    /// @param front the blocks to measure
    FrontChange(Coverage front, Store store) {
        this.front = front;
        this.store = store;
        this.input = store.everyStep();
        this.now = store.everyStep();
        this.before = store.everyStep();
    }

    @Override
    public Features watch(Site site, Features x, Supplier<Features> compute) {
        Coverage.Place place = front.place(site);
        if (place == Coverage.Place.FIRST) {
            input.put(store.take(x.video()));
        }
        Features y = compute.get();
        if (place.ends()) {
            Tensor in = input.empty() ? x.video() : input.get().video();
            now.put(store.make(() -> subtract(y.video(), in)));
            input.clear();
        }
        return y;
    }

    @Override
    public double measure(Features x) {
        if (now.empty() || before.empty()) {
            return Double.POSITIVE_INFINITY;
        }
        return Gauge.relativeChange(now.get().video(), before.get().video());
    }

    @Override
    public void decided(boolean reuse) {
        if (reuse) {
            now.clear();
        } else if (!now.empty()) {
            now.moveTo(before);
        }
        before.leave();
    }
}
