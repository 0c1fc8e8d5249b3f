package lightcache4j.tensors;

import java.lang.foreign.MemorySegment;

/// Bytes in the address space of the process: memory of the host heap, or a piece of a mapped file.
///
/// Elements are little-endian, as in safetensors.
public final class HostStorage implements Storage {
    private final MemorySegment segment;
    private final Pool pool;
    private volatile boolean released;

    public HostStorage(MemorySegment segment, Pool pool) {
        this.segment = segment;
        this.pool = pool;
    }

    /// The bytes.
    ///
    /// @throws IllegalStateException if the workspace that owned them is closed
    public MemorySegment segment() {
        if (released) {
            throw new IllegalStateException(
                    "tensor: used after its workspace closed; adopt it into an outer one first");
        }
        return segment;
    }

    @Override
    public long byteSize() {
        return segment.byteSize();
    }

    @Override
    public Pool pool() {
        return pool;
    }

    /// From now on, [#segment] refuses. Called by the heap that takes the bytes back.
    MemorySegment release() {
        MemorySegment bytes = segment();
        released = true;
        return bytes;
    }
}
