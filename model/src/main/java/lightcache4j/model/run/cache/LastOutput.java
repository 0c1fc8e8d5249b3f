package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;

import org.jspecify.annotations.Nullable;

/// Keeps what came out.
final class LastOutput implements Retention.StandIn {
    private final Store store;
    private final Box output;

    LastOutput(Store store) {
        this.store = store;
        this.output = store.box();
    }

    @Override
    public boolean present() {
        return !output.empty();
    }

    @Override
    public void makeRoom() {
        output.clear();
    }

    @Override
    public void ahead() {
        output.ahead();
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        makeRoom();
        output.put(y.map(store::take, store::take));
        output.leave();
    }

    @Override
    public Features reuse(int step, Features x) {
        Features y = store.lend(output.get());
        store.reused(output);
        return y;
    }
}
