package lightcache4j.tensors;

/// A pool had no room for a tensor.
public final class OutOfHeap extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient Pool pool;
    private final long wanted;
    private final long inUse;

    /// @param pool where the room was sought
    /// @param wanted bytes asked for
    /// @param inUse bytes that tensors held there at that moment
    public OutOfHeap(Pool pool, long wanted, long inUse, Throwable cause) {
        super(
                "memory: a tensor of %,d bytes does not fit the %s beside the %,d bytes in use; fewer --frames or a smaller --width and --height need less"
                        .formatted(wanted, pool.label(), inUse),
                cause);
        this.pool = pool;
        this.wanted = wanted;
        this.inUse = inUse;
    }

    /// Where the room was sought.
    public Pool pool() {
        return pool;
    }

    /// Bytes asked for.
    public long wanted() {
        return wanted;
    }

    /// Bytes that tensors held at that moment.
    public long inUse() {
        return inUse;
    }
}
