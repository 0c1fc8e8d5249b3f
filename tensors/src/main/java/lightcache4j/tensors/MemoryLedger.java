package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;

/// Exact bytes held by tensors, now and at most, by pool and by stage.
///
/// What counts is what tensors occupy: from the moment a workspace hands out memory until it takes
/// it back, and a mapped checkpoint from opening to closing under [Pool#DISK]. Safe for use by
/// several threads.
public final class MemoryLedger {
    private final Map<Pool, Long> current = new EnumMap<>(Pool.class);
    private final Map<Stage, Map<Pool, Long>> peaks = new EnumMap<>(Stage.class);
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
            current.put(pool, 0L);
        }
        enter(Stage.LOAD);
    }

    /// From now on, peaks count for `stage`; what is held already counts there too.
    public synchronized void enter(Stage stage) {
        this.stage = stage;
        Map<Pool, Long> peak = peaks(stage);
        current.forEach((pool, bytes) -> peak.merge(pool, bytes, Math::max));
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
        long now = current.merge(pool, bytes, Long::sum);
        peaks(stage).merge(pool, now, Math::max);
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
        if (current.merge(pool, -bytes, Long::sum) < 0) {
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
        return current.getOrDefault(pool, 0L);
    }

    /// The most bytes held in `pool` at any moment of `stage`; 0 if it was never entered.
    public synchronized long peak(Stage stage, Pool pool) {
        return peaks.getOrDefault(stage, Map.of()).getOrDefault(pool, 0L);
    }

    /// The most bytes held in `pool` at any moment.
    public synchronized long peak(Pool pool) {
        long most = 0;
        for (Map<Pool, Long> peak : peaks.values()) {
            most = Math.max(most, peak.getOrDefault(pool, 0L));
        }
        return most;
    }

    /// Forgets past peaks; what is held now stays counted. For repeated measurements.
    public synchronized void resetPeaks() {
        peaks.clear();
        enter(stage);
    }

    private Map<Pool, Long> peaks(Stage stage) {
        return peaks.computeIfAbsent(stage, _ -> new EnumMap<>(Pool.class));
    }
}
