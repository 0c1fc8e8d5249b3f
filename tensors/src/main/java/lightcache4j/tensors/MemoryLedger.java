package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Exact bytes held by tensors, now and at most, by pool and by stage.
///
/// What counts is what tensors occupy: from the moment a workspace hands out memory until it takes
/// it back, and a mapped checkpoint from opening to closing under [Pool#DISK]. Safe for use by
/// several threads.
public final class MemoryLedger {
    private final Map<Pool, Held> pools = new EnumMap<>(Pool.class);
    private Stage stage = Stage.LOAD;
    private @Nullable Observer observer;

    /// Is told of each change as it happens, in order and one at a time, on the thread that made
    /// it: what it does delays the run.
    @FunctionalInterface
    public interface Observer {
        /// @param stage that the run is in
        /// @param pool that holds more or less now
        /// @param part what the bytes are for
        /// @param bytes more, or fewer where negative
        void changed(Stage stage, Pool pool, Part part, long bytes);
    }

    public MemoryLedger() {
        for (Pool pool : Pool.values()) {
            pools.put(pool, new Held());
        }
    }

    /// From now on, peaks count for `stage`; what is held already counts there too.
    public synchronized void enter(Stage stage) {
        for (Held held : pools.values()) {
            held.earlier.put(this.stage, held.most);
            held.most = Math.max(held.now, held.earlier.getOrDefault(stage, 0L));
        }
        this.stage = stage;
    }

    /// The stage that peaks count for.
    public synchronized Stage stage() {
        return stage;
    }

    /// Who is told of each change from now on; null for nobody, as it is at first.
    public synchronized void observe(@Nullable Observer told) {
        observer = told;
    }

    /// `bytes` more are held in `pool`.
    public void allocated(Pool pool, long bytes) {
        allocated(pool, Part.ACTIVATIONS, bytes);
    }

    /// `bytes` more are held in `pool` for `part`.
    public synchronized void allocated(Pool pool, Part part, long bytes) {
        Held held = held(pool);
        held.now += bytes;
        held.most = Math.max(held.most, held.now);
        tell(pool, part, bytes);
    }

    /// Bytes held in `pool` serve another part now.
    void moved(Pool pool, Part from, Part to, long bytes) {
        if (from == to) {
            return;
        }
        synchronized (this) {
            tell(pool, from, -bytes);
            tell(pool, to, bytes);
        }
    }

    private void tell(Pool pool, Part part, long bytes) {
        if (observer != null) {
            observer.changed(stage, pool, part, bytes);
        }
    }

    /// `bytes` fewer are held in `pool`.
    public void freed(Pool pool, long bytes) {
        freed(pool, Part.ACTIVATIONS, bytes);
    }

    /// `bytes` fewer are held in `pool` for `part`.
    ///
    /// @throws IllegalStateException if fewer were held than are given back
    public synchronized void freed(Pool pool, Part part, long bytes) {
        Held held = held(pool);
        held.now -= bytes;
        if (held.now < 0) {
            throw new IllegalStateException(
                    "ledger: "
                            + bytes
                            + " bytes given back to "
                            + pool.label()
                            + ", more than were held");
        }
        tell(pool, part, -bytes);
    }

    /// Bytes held in `pool` now.
    public synchronized long current(Pool pool) {
        return held(pool).now;
    }

    /// The most bytes held in `pool` at any moment of `stage`; 0 if it was never entered.
    public synchronized long peak(Stage stage, Pool pool) {
        Held held = held(pool);
        return stage == this.stage ? held.most : held.earlier.getOrDefault(stage, 0L);
    }

    /// The most bytes held in `pool` at any moment.
    public synchronized long peak(Pool pool) {
        Held held = held(pool);
        long most = held.most;
        for (long peak : held.earlier.values()) {
            most = Math.max(most, peak);
        }
        return most;
    }

    /// Forgets past peaks; what is held now stays counted. For repeated measurements.
    public synchronized void resetPeaks() {
        for (Held held : pools.values()) {
            held.earlier.clear();
            held.most = held.now;
        }
    }

    private Held held(Pool pool) {
        return Objects.requireNonNull(pools.get(pool)); // each has been there since the beginning
    }

    /// Bytes of one pool.
    private static final class Held {
        private long now;
        private long most; // in the present stage
        private final Map<Stage, Long> earlier = new EnumMap<>(Stage.class); // the most in others
    }
}
