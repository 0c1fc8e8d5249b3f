package lightcache4j.model.run.swap;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/// Copies between working memory and the place where tensors rest, in the order asked for, while
/// others compute.
final class Copier implements AutoCloseable {
    private static final int PIECE = 1 << 18; // elements: 1 MiB passes through at a time

    private final Heap heap;
    private final Place place;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment wide = arena.allocate((long) PIECE * Float.BYTES, 64);
    private final MemorySegment narrow = arena.allocate((long) PIECE * Short.BYTES, 64);
    private final ExecutorService errands;
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /// A piece of work; as a `Callable` without a result, so that it may fail with an exception.
    @FunctionalInterface
    private interface Copy {
        void run() throws IOException;
    }

    Copier(Backend backend, Place place) {
        this.heap = backend.heap();
        this.errands = backend.errands("lightcache4j-swap");
        this.place = place;
    }

    /// Starts a copy out of working memory.
    ///
    /// @param rest the type in which elements rest: F32, F16 or BF16
    Future<?> out(Tensor from, long at, DType rest) {
        long moved = rest.bytes(from.size());
        return submit("out", at, moved, bytesOut, () -> write(from, at, rest));
    }

    /// Starts a copy back.
    Future<?> back(long at, Tensor to, DType rest) {
        long moved = rest.bytes(to.size());
        return submit("in", at, moved, bytesIn, () -> read(at, to, rest));
    }

    /// What rests there is no longer wanted.
    void forget(long at, long bytes) {
        errands.execute(() -> place.forget(at, bytes));
    }

    private Future<?> submit(String direction, long at, long moved, LongAdder bytes, Copy copy) {
        return errands.submit(
                () -> {
                    CopyEvent event = new CopyEvent(direction, at, moved);
                    event.begin();
                    long start = System.nanoTime();
                    try {
                        copy.run();
                    } catch (IOException e) {
                        throw new EngineException(
                                "swap: %s fails (%s), wanted room for %d bytes; name another folder with --scratch, or leave out --swap"
                                        .formatted(place.name(), e.getMessage(), moved),
                                e);
                    }
                    nanos.add(System.nanoTime() - start);
                    bytes.add(moved);
                    event.commit();
                });
    }

    private void write(Tensor from, long at, DType rest) throws IOException {
        if (rest == DType.F32 && from.storage() instanceof HostStorage) {
            place.write(from.segment(), at);
            return;
        }
        for (long i = 0; i < from.size(); i += PIECE) {
            long count = Math.min(PIECE, from.size() - i);
            MemorySegment piece = wide.asSlice(0, count * Float.BYTES);
            heap.read(from.storage(), from.offset() + i * Float.BYTES, piece);
            place.write(atRest(piece, count, rest), at + rest.bytes(i));
        }
    }

    private MemorySegment atRest(MemorySegment piece, long count, DType rest) {
        if (rest == DType.F32) {
            return piece;
        }
        MemorySegment bits = narrow.asSlice(0, count * Short.BYTES);
        Precision.narrow(piece, bits, rest);
        return bits;
    }

    private void read(long at, Tensor to, DType rest) throws IOException {
        if (rest == DType.F32 && to.storage() instanceof HostStorage) {
            place.read(to.segment(), at);
            return;
        }
        for (long i = 0; i < to.size(); i += PIECE) {
            long count = Math.min(PIECE, to.size() - i);
            MemorySegment piece = wide.asSlice(0, count * Float.BYTES);
            if (rest == DType.F32) {
                place.read(piece, at + rest.bytes(i));
            } else {
                MemorySegment bits = narrow.asSlice(0, count * Short.BYTES);
                place.read(bits, at + rest.bytes(i));
                Precision.widen(bits, piece, rest);
            }
            heap.write(piece, to.storage(), to.offset() + i * Float.BYTES);
        }
    }

    /// What was copied so far; `waitNanos` is the caller's own count.
    Swapped swapped(long waitNanos) {
        return new Swapped(bytesOut.sum(), bytesIn.sum(), nanos.sum() * 1e-9, waitNanos * 1e-9);
    }

    /// Finishes what was asked for, and gives everything back.
    @Override
    public void close() {
        errands.execute(place::close);
        errands.close();
        arena.close();
    }
}
