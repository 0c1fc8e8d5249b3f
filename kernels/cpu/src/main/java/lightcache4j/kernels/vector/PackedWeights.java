package lightcache4j.kernels.vector;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Storage;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Weights that stay packed from call to call, until others need the room.
///
/// For a few rows packing costs as much as the product, and a layer is called again: in the next
/// step, for the next frame, or for the next rows where a model is computed piece by piece. So
/// weights are packed one behind the other into a ring, and found again as long as nothing has been
/// written over them. A model that needs more than the ring packs every time, as if there were
/// none.
///
/// Only what cannot change is kept: tensors in memory that nobody may write, such as a file mapped
/// for reading. Their storage is an object of its own for every mapping, so another one at the same
/// address is never mistaken for it.
final class PackedWeights implements AutoCloseable {
    /// Numbers in the ring, at most: 32 MiB.
    private static final long MOST = 1 << 23;

    /// Numbers in the ring at first. It doubles when it is full.
    private static final long FIRST = 1 << 20;

    /// A weight that is kept takes no larger a part of the ring. Larger ones are used by so many
    /// rows, or take so long to read, that packing does not count.
    private static final int LARGEST_PART = 8;

    private static final long ALIGNMENT = 64;

    /// What is packed, and so in which order: the same bytes may be read as another matrix.
    private record Weight(Storage storage, long offset, DType dtype, Shape shape) {
        static Weight of(Tensor t) {
            return new Weight(t.storage(), t.offset(), t.dtype(), t.shape());
        }
    }

    /// Numbers `start` to `end` of the ring.
    private record Span(long start, long end, MemorySegment segment) {
        boolean meets(long from, long to) {
            return start < to && from < end;
        }
    }

    /// Room for a packed weight.
    ///
    /// @param isPacked whether the weight is there already
    record Room(MemorySegment segment, boolean isPacked) {}

    private final Map<Weight, Span> spans = new HashMap<>();
    private Arena arena = Arena.ofShared();
    private MemorySegment ring = MemorySegment.NULL;
    private long most = MOST;
    private long capacity;
    private long next;

    /// Keeps less than it otherwise would. To be said before there is anything.
    void keepWithin(long bytes) {
        most = Math.min(MOST, bytes / Float.BYTES);
    }

    /// Runs `body` with the room of a weight whose panels take `size` numbers; it packs the weight
    /// there unless that is done.
    ///
    /// @return false if the weight is not to be kept; `body` has not run then
    boolean use(Tensor weight, long size, Consumer<Room> body) {
        if (size > most / LARGEST_PART || !weight.segment().isReadOnly()) {
            return false;
        }
        Weight key = Weight.of(weight);
        Span held = spans.get(key);
        if (held != null && held.end - held.start == size) {
            body.accept(new Room(held.segment, true));
            return true;
        }
        spans.remove(key);
        Span fresh = free(size);
        body.accept(new Room(fresh.segment, false));
        spans.put(key, fresh); // it is there only now: the body may have failed
        return true;
    }

    /// The next numbers of the ring; weights that were there are lost.
    private Span free(long size) {
        if (next + size > capacity && capacity < most) {
            grow();
        } else if (next + size > capacity) {
            next = 0;
        }
        long start = next;
        long end = start + size;
        spans.values().removeIf(span -> span.meets(start, end));
        long line = ALIGNMENT / Float.BYTES;
        next = Math.ceilDiv(end, line) * line;
        return new Span(start, end, ring.asSlice(start * Float.BYTES, size * Float.BYTES));
    }

    /// A larger ring, empty.
    private void grow() {
        capacity = Math.min(most, Math.max(FIRST, 2 * capacity));
        spans.clear();
        next = 0;
        arena.close();
        arena = Arena.ofShared();
        ring = arena.allocate(capacity * Float.BYTES, ALIGNMENT);
    }

    @Override
    public void close() {
        spans.clear();
        arena.close();
    }
}
