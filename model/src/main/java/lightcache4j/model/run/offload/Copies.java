package lightcache4j.model.run.offload;

import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Residency;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/// One thread that fetches and evicts in the order in which it was asked to.
///
/// What it has in memory at any moment follows from that order alone, however fast it is. Its peak
/// is therefore the same in a rehearsal.
final class Copies implements AutoCloseable {
    private final Residency residency;
    private final MemoryLedger ledger;
    private final Traffic traffic;
    private final boolean recorded;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("lightcache4j-weights").factory());
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private boolean told; // of the failure, to whoever computes

    /// @param traffic counts for the stage
    /// @param recorded whether a flight recorder is told; not of a rehearsal, which fetches nothing
    Copies(Residency residency, MemoryLedger ledger, Traffic traffic, boolean recorded) {
        this.residency = residency;
        this.ledger = ledger;
        this.traffic = traffic;
        this.recorded = recorded;
    }

    /// Weights that were asked for.
    static final class Fetch {
        private final Unit unit;
        private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        private volatile boolean wanted = true;
        private boolean counted; // of the copying thread

        private Fetch(Unit unit) {
            this.unit = unit;
        }

        private boolean wanted() {
            return wanted;
        }
    }

    /// Asks for weights.
    ///
    /// @param ahead whether they are wanted later only
    Fetch fetch(Unit unit, boolean ahead) {
        Fetch fetch = new Fetch(unit);
        thread.execute(
                () -> {
                    run(() -> bring(fetch, ahead));
                    fetch.done.complete(null);
                });
        return fetch;
    }

    private void bring(Fetch fetch, boolean ahead) {
        long bytes =
                fetch.unit.bytes(); // counted though given up already: that is a matter of luck
        ledger.allocated(residency.pool(), Part.WEIGHTS, bytes);
        traffic.enters(bytes);
        fetch.counted = true;
        FetchEvent event = new FetchEvent(fetch.unit.path(), bytes, ahead);
        event.begin();
        long start = System.nanoTime();
        residency.fetch(fetch.unit.weights(), fetch::wanted);
        traffic.fetched(System.nanoTime() - start);
        if (recorded) {
            event.commit();
        }
    }

    /// Returns when the weights are there.
    void await(Fetch fetch) {
        if (!fetch.done.isDone()) {
            WaitEvent event = new WaitEvent(fetch.unit.path(), fetch.unit.bytes());
            event.begin();
            long start = System.nanoTime();
            fetch.done.join();
            traffic.waited(System.nanoTime() - start);
            if (recorded) {
                event.commit();
            }
        }
        requireNoFailure();
    }

    /// Gives weights up, or stops fetching them if they are not there yet.
    void evict(Fetch fetch) {
        fetch.wanted = false;
        thread.execute(() -> run(() -> drop(fetch)));
    }

    private void drop(Fetch fetch) {
        if (fetch.counted) {
            residency.evict(fetch.unit.weights());
            long bytes = fetch.unit.bytes();
            traffic.leaves(bytes);
            ledger.freed(residency.pool(), Part.WEIGHTS, bytes);
        }
    }

    /// Gives up weights that were read without having been asked for.
    void evictUncounted(Unit unit) {
        thread.execute(() -> run(() -> residency.evict(unit.weights())));
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /// Throws what went wrong first on the thread, once: what comes of it later, such as at
    /// closing, says no more.
    private void requireNoFailure() {
        Throwable first = failure.get();
        if (told) {
            return;
        }
        told = first != null;
        switch (first) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /// Does what is left to do, and ends.
    @Override
    public void close() {
        thread.close();
        requireNoFailure();
    }
}
