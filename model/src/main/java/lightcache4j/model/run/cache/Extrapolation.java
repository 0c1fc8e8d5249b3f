package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.combine;

import lightcache4j.model.run.Features;

import org.jspecify.annotations.Nullable;

/// Keeps what came out at the last two steps, computed or not, and goes on from there: `y(t) ≈ y(t
/// − 1) + w (y(t − 1) − y(t − 2))` (FasterCache, arXiv:2410.19355, equation 5).
final class Extrapolation implements Retention.Kept {
    private final Store store;
    private final float weight;
    private int lastStep = -1;
    private @Nullable Features last;
    private @Nullable Features before; // null: as the last

    Extrapolation(Store store, float weight) {
        this.store = store;
        this.weight = weight;
    }

    @Override
    public boolean present() {
        return last != null;
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        if (step == lastStep) {
            store.free(last); // what reuse gave at this step was refused
        } else {
            moveOn();
        }
        last = store.take(y);
        lastStep = step;
    }

    @Override
    public Features reuse(int step, Features x) {
        if (last == null) {
            throw new IllegalStateException("cache: no output is kept, wanted one to go on from");
        }
        Features made =
                last.zip(
                        before == null ? last : before,
                        (b, a) -> store.make(() -> combine(1 + weight, b, -weight, a)));
        moveOn();
        last = made;
        lastStep = step;
        return made;
    }

    private void moveOn() {
        store.free(before);
        before = last;
    }
}
