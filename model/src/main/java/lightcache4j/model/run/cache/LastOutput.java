package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;

import org.jspecify.annotations.Nullable;

/// Keeps what came out.
final class LastOutput implements Retention.Kept {
    private final Store store;
    private @Nullable Features output;

    LastOutput(Store store) {
        this.store = store;
    }

    @Override
    public boolean present() {
        return output != null;
    }

    @Override
    public void makeRoom() {
        store.free(output);
        output = null;
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        makeRoom();
        output = store.take(y);
    }

    @Override
    public Features reuse(int step, Features x) {
        if (output == null) {
            throw new IllegalStateException("cache: no output is kept, wanted one to reuse");
        }
        return output;
    }
}
