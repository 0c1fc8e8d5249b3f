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
    private final Box last;
    private final Box before; // empty: as the last

    Extrapolation(Store store, float weight) {
        this.store = store;
        this.weight = weight;
        this.last = store.box();
        this.before = store.box();
    }

    @Override
    public boolean present() {
        return !last.empty();
    }

    @Override
    public void ahead() {
        last.ahead();
        before.ahead();
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        if (step != lastStep) { // else what reuse gave at this step was refused
            moveOn();
        }
        put(step, y.map(store::take, store::take));
    }

    @Override
    public Features reuse(int step, Features x) {
        Features b = last.get();
        Features a = before.empty() ? b : before.get();
        Features made =
                b.zip(a, (now, then) -> store.make(() -> combine(1 + weight, now, -weight, then)));
        moveOn();
        put(step, made);
        return made;
    }

    private void moveOn() {
        if (!last.empty()) {
            last.moveTo(before);
            before.leave();
        }
    }

    private void put(int step, Features y) {
        last.put(y);
        last.leave(); // in memory until the next use of anything kept
        lastStep = step;
    }
}
