package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.absoluteDifference;
import static lightcache4j.tensors.Arithmetic.moments;
import static lightcache4j.tensors.Arithmetic.subtract;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// How much the residual of the front blocks changed since the last step computed: `mean |r(t) −
/// r(s)| / mean |r(s)|`, of the video stream.
final class FrontChange implements Gauge {
    private final Coverage front;
    private final Store store;
    private @Nullable Tensor input;
    private @Nullable Tensor now;
    private @Nullable Tensor before;

    /// @param front the blocks to measure
    FrontChange(Coverage front, Store store) {
        this.front = front;
        this.store = store;
    }

    @Override
    public Features watch(Site site, Features x, Supplier<Features> compute) {
        Coverage.Place place = front.place(site);
        if (place == Coverage.Place.FIRST) {
            input = store.take(x.video());
        }
        Features y = compute.get();
        if (place.ends()) {
            Tensor in = input == null ? x.video() : input;
            now = store.make(() -> subtract(y.video(), in));
            store.free(input);
            input = null;
        }
        return y;
    }

    @Override
    public double measure(Features x) {
        if (now == null || before == null) {
            return Double.POSITIVE_INFINITY;
        }
        return absoluteDifference(now, before) / (moments(before).meanAbsolute() * before.size());
    }

    @Override
    public void decided(boolean reuse) {
        store.free(reuse ? now : before);
        before = reuse ? before : now;
        now = null;
    }
}
