package lightcache4j.tensors;

import java.lang.foreign.MemorySegment;

/// Memory that a backend computes in. Calls may come from several threads.
///
/// A heap does not clear memory: what a fresh storage holds is undefined.
public interface Heap extends AutoCloseable {
    /// Which pool it hands out.
    Pool pool();

    /// Storage for `bytes` bytes, aligned to 64, content undefined.
    ///
    /// @throws OutOfHeap if there is no room
    Storage allocate(long bytes);

    /// Takes storage back that [#allocate] handed out; using it afterwards fails.
    void release(Storage storage);

    /// Copies `from` into the storage, starting at byte `offset`.
    void write(MemorySegment from, Storage to, long offset);

    /// Copies out of the storage, starting at byte `offset`, as many bytes as `to` holds.
    void read(Storage from, long offset, MemorySegment to);

    /// Gives memory that is kept for reuse back to the system.
    void trim();

    /// Has memory that is kept for reuse given back sooner: what is in use and what is kept
    /// together stay within `bytes` for as long as what is in use alone does.
    default void keepWithin(long bytes) {
        // one that keeps nothing for reuse always does
    }

    /// Gives everything back to the system.
    @Override
    void close();
}
