package lightcache4j.kernels.vector;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Storage;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Weights that stay packed from call to call, until others need the room.
///
/// For a few rows packing costs as much as the product, and a layer is called again: in the next
/// step, for the next frame, or for the next rows where a model is computed piece by piece. So
/// weights are packed one behind the other into a ring of chunks, and found again as long as
/// nothing has been written over them. A model that needs more than the ring packs every time, as
/// if there were none.
///
/// Only what cannot change is kept: tensors in memory that nobody may write, such as a file mapped
/// for reading. Their storage is an object of its own for every mapping, so another one at the same
/// address is never mistaken for it.
final class PackedWeights implements AutoCloseable {
    /// Numbers in the ring, at most: 32 MiB.
    private static final long MOST = 1 << 23;

    /// Chunks of the ring; each is there from when it is first needed. No weight is kept that is
    /// larger than one: it is used by so many rows, or takes so long to read, that packing does not
    /// count.
    private static final int CHUNKS = 8;

    private static final long ALIGNMENT = 64;

    /// What is packed, and so in which order: the same bytes may be read as another matrix.
    private record Weight(Storage storage, long offset, DType dtype, Shape shape) {
        static Weight of(Tensor t) {
            return new Weight(t.storage(), t.offset(), t.dtype(), t.shape());
        }
    }

    /// Numbers `start` to `end` of a chunk.
    private record Span(int chunk, long start, long end, MemorySegment segment) {
        boolean meets(Span other) {
            return chunk == other.chunk && start < other.end && other.start < end;
        }
    }

    /// Room for a packed weight.
    ///
    /// @param isPacked whether the weight is there already
    record Room(MemorySegment segment, boolean isPacked) {}

    private final Map<Weight, Span> spans = new HashMap<>();
    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> chunks = new ArrayList<>();
    private long most = MOST;
    private int chunk; // that is being filled
    private long next; // number in it

    /// Keeps less than it otherwise would. To be said before there is anything.
    void keepWithin(long bytes) {
        most = Math.min(MOST, bytes / Float.BYTES);
    }

    /// Runs `body` with the room of a weight whose panels take `size` numbers, which follows from
    /// its shape; it packs the weight there unless that is done.
    ///
    /// @return false if the weight is not to be kept; `body` has not run then
    boolean use(Tensor weight, long size, Consumer<Room> body) {
        if (size > most / CHUNKS || !weight.segment().isReadOnly()) {
            return false;
        }
        Weight key = Weight.of(weight);
        Span held = spans.get(key);
        if (held != null) {
            body.accept(new Room(held.segment, true));
            return true;
        }
        Span fresh = free(size);
        body.accept(new Room(fresh.segment, false));
        spans.put(key, fresh); // it is there only now: the body may have failed
        return true;
    }

    /// The next numbers of the ring; weights that were there are lost.
    private Span free(long size) {
        long whole = most / CHUNKS;
        if (next + size > whole) {
            chunk = (chunk + 1) % CHUNKS;
            next = 0;
        }
        if (chunk == chunks.size()) {
            chunks.add(arena.allocate(whole * Float.BYTES, ALIGNMENT));
        }
        MemorySegment segment = chunks.get(chunk).asSlice(next * Float.BYTES, size * Float.BYTES);
        Span span = new Span(chunk, next, next + size, segment);
        spans.values().removeIf(span::meets);
        long line = ALIGNMENT / Float.BYTES;
        next = Math.ceilDiv(span.end, line) * line;
        return span;
    }

    @Override
    public void close() {
        spans.clear();
        arena.close();
    }
}
