package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.tensors.Arithmetic;

import org.jspecify.annotations.Nullable;

/// Keeps what was added to what went in.
final class LastResidual implements Retention.Kept {
    private final Store store;
    private @Nullable Features residual;

    LastResidual(Store store) {
        this.store = store;
    }

    @Override
    public boolean present() {
        return residual != null;
    }

    @Override
    public boolean needsInput() {
        return true;
    }

    @Override
    public void makeRoom() {
        store.free(residual);
        residual = null;
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        if (x == null) {
            throw new IllegalStateException("cache: no input is kept, wanted one for a residual");
        }
        makeRoom();
        residual = y.zip(x, (out, in) -> store.make(() -> Arithmetic.subtract(out, in)));
    }

    @Override
    public Features reuse(int step, Features x) {
        if (residual == null) {
            throw new IllegalStateException("cache: no residual is kept, wanted one to reuse");
        }
        return x.zip(residual, Arithmetic::add);
    }
}
