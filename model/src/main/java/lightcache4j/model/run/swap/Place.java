package lightcache4j.model.run.swap;

import lightcache4j.tensors.Pool;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Where bytes rest outside working memory. Used by the copying thread alone.
interface Place extends AutoCloseable {
    /// The pool that bytes there are counted in.
    Pool pool();

    /// Stores `from` at byte `at`.
    ///
    /// @throws IOException if there is no room, or the medium fails
    void write(MemorySegment from, long at) throws IOException;

    /// Fills `to` with what was stored at byte `at`.
    ///
    /// @throws IOException if the medium fails
    void read(MemorySegment to, long at) throws IOException;

    /// `bytes` bytes from byte `at` on are no longer wanted.
    default void forget(long at, long bytes) {}

    /// Where it is, for messages.
    String name();

    /// Gives everything back.
    @Override
    void close();
}
