package lightcache4j.tensors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// Memory of the process, outside the Java heap, kept for reuse.
///
/// A denoising loop asks for the same sizes step after step, so freed blocks wait, ordered by size,
/// and the next request of that size, or of up to an eighth less, takes the one that was freed
/// last: no system call, and no clearing of memory that is about to be overwritten. Blocks that
/// wait are not counted as in use; [#trim] returns them to the system between stages, and
/// [#keepWithin] when there would be too many.
public final class HostHeap implements Heap {
    private static final long ALIGNMENT = 64;

    private record Block(Arena arena, MemorySegment whole) {
        long size() {
            return whole.byteSize();
        }
    }

    /// By size; of equal ones, the one that was freed last comes first.
    private final List<Block> waiting = new ArrayList<>();

    private final IdentityHashMap<HostStorage, Block> used = new IdentityHashMap<>();
    private long bytesInUse;
    private long bytesHeld; // in use or waiting, as allocated
    private long most = Long.MAX_VALUE;

    @Override
    public Pool pool() {
        return Pool.HOST;
    }

    @Override
    public synchronized Storage allocate(long bytes) {
        Block block = take(Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT));
        HostStorage storage = new HostStorage(block.whole().asSlice(0, bytes), Pool.HOST);
        used.put(storage, block);
        bytesInUse += bytes;
        return storage;
    }

    private Block take(long bytes) {
        // A block that is too large holds more than is counted, so that a limit goes by exact
        // sizes.
        long slack = most == Long.MAX_VALUE ? bytes / 8 : 0;
        int fit = firstOf(bytes);
        if (fit < waiting.size() && waiting.get(fit).size() <= bytes + slack) {
            return waiting.remove(fit);
        }
        while (bytesHeld + bytes > most && !waiting.isEmpty()) {
            giveBack(waiting.removeLast());
        }
        try {
            return fresh(bytes);
        } catch (OutOfMemoryError full) {
            trim();
            try {
                return fresh(bytes);
            } catch (OutOfMemoryError still) {
                throw new OutOfHeap(Pool.HOST, bytes, bytesInUse, still);
            }
        }
    }

    /// Index of the first block that waits and has `bytes` or more.
    private int firstOf(long bytes) {
        int low = 0;
        int high = waiting.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (waiting.get(middle).size() < bytes) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void giveBack(Block block) {
        bytesHeld -= block.size();
        block.arena().close();
    }

    private Block fresh(long bytes) {
        Arena arena = Arena.ofShared();
        try {
            Block block = new Block(arena, arena.allocate(bytes, ALIGNMENT));
            bytesHeld += bytes;
            return block;
        } catch (OutOfMemoryError full) {
            arena.close();
            throw full;
        }
    }

    @Override
    public synchronized void release(Storage storage) {
        if (!(storage instanceof HostStorage host) || !used.containsKey(host)) {
            throw new IllegalStateException(
                    "heap: storage given back that was not handed out here");
        }
        host.release();
        bytesInUse -= host.byteSize();
        Block block = used.remove(host);
        waiting.add(firstOf(block.size()), block);
    }

    @Override
    public void write(MemorySegment from, Storage to, long offset) {
        MemorySegment bytes = ((HostStorage) to).segment();
        MemorySegment.copy(from, 0, bytes, offset, from.byteSize());
    }

    @Override
    public void read(Storage from, long offset, MemorySegment to) {
        MemorySegment bytes = ((HostStorage) from).segment();
        MemorySegment.copy(bytes, offset, to, 0, to.byteSize());
    }

    @Override
    public synchronized void trim() {
        waiting.forEach(this::giveBack);
        waiting.clear();
    }

    @Override
    public synchronized void keepWithin(long bytes) {
        most = bytes;
    }

    @Override
    public synchronized void close() {
        trim();
        used.forEach(
                (storage, block) -> {
                    storage.release();
                    block.arena().close();
                });
        used.clear();
        bytesInUse = 0;
        bytesHeld = 0;
    }
}
