package lightcache4j.tests.parity;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tensors.Storage;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;

/// A backend that counts what its heap hands out by itself, to hold a `MemoryLedger` against.
///
/// It shares no code with the ledger: it knows every storage that is out, and adds up what they
/// hold.
public final class CountingBackend implements Backend {
    private final Backend counted;
    private final CountingHeap heap;

    public CountingBackend(Backend counted) {
        this.counted = counted;
        this.heap = new CountingHeap(counted.heap());
    }

    /// From now on, the peak of `stage` is counted; what is out already counts there too.
    public void enter(Stage stage) {
        heap.enter(stage);
    }

    /// Bytes that are out now.
    public long bytes() {
        return heap.bytes();
    }

    /// Number of storages that are out now.
    public int storages() {
        return heap.out.size();
    }

    /// Number of storages ever handed out.
    public long handedOut() {
        return heap.handedOut;
    }

    /// The most bytes that were out at once in `stage`.
    public long peak(Stage stage) {
        return heap.peaks.getOrDefault(stage, 0L);
    }

    @Override
    public String name() {
        return counted.name();
    }

    @Override
    public String description() {
        return counted.description();
    }

    @Override
    public Ops ops() {
        return counted.ops();
    }

    @Override
    public Heap heap() {
        return heap;
    }

    @Override
    public void close() {
        counted.close();
    }

    private static final class CountingHeap implements Heap {
        private final Heap next;
        private final IdentityHashMap<Storage, Long> out = new IdentityHashMap<>();
        private final Map<Stage, Long> peaks = new EnumMap<>(Stage.class);
        private Stage stage = Stage.LOAD;
        private long handedOut;

        CountingHeap(Heap next) {
            this.next = next;
        }

        private synchronized void enter(Stage entered) {
            stage = entered;
            peaks.merge(stage, bytes(), Math::max);
        }

        private synchronized long bytes() {
            return out.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public Pool pool() {
            return next.pool();
        }

        @Override
        public synchronized Storage allocate(long bytes) {
            Storage storage = next.allocate(bytes);
            out.put(storage, bytes);
            handedOut++;
            peaks.merge(stage, bytes(), Math::max);
            return storage;
        }

        @Override
        public synchronized void release(Storage storage) {
            if (out.remove(storage) == null) {
                throw new IllegalStateException("counting: storage given back that is not out");
            }
            next.release(storage);
        }

        @Override
        public void write(MemorySegment from, Storage to, long offset) {
            next.write(from, to, offset);
        }

        @Override
        public void read(Storage from, long offset, MemorySegment to) {
            next.read(from, offset, to);
        }

        @Override
        public void trim() {
            next.trim();
        }

        @Override
        public void close() {
            next.close();
        }
    }
}
