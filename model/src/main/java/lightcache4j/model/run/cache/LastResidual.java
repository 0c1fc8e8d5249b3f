package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.tensors.Arithmetic;

import org.jspecify.annotations.Nullable;

/// Keeps what was added to what went in.
final class LastResidual implements Retention.StandIn {
    private final Store store;
    private final Box residual;

    LastResidual(Store store) {
        this.store = store;
        this.residual = store.box();
    }

    @Override
    public boolean present() {
        return !residual.empty();
    }

    @Override
    public boolean needsInput() {
        return true;
    }

    @Override
    public void makeRoom() {
        residual.clear();
    }

    @Override
    public void ahead() {
        residual.ahead();
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        if (x == null) {
            throw new IllegalStateException("cache: no input is kept, wanted one for a residual");
        }
        makeRoom();
        residual.put(y.zip(x, (out, in) -> store.make(() -> Arithmetic.subtract(out, in))));
        residual.leave();
    }

    @Override
    public Features reuse(int step, Features x) {
        Features y = x.zip(residual.get(), Arithmetic::add);
        store.reused(residual);
        return y;
    }
}
