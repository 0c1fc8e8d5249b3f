package lightcache4j.tests.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.HostHeap;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Storage;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/// A heap that is told how much to hold holds no more, whatever is asked of it in which order.
class HostHeapTest {
    private static final int MEGABYTE = 1 << 20;
    private static final int LIMIT = 8 * MEGABYTE;

    /// Blocks that were handed out, by address: those whose memory is still there are held.
    private static final class Blocks {
        private final Map<Long, MemorySegment> seen = new HashMap<>();

        void add(Storage storage) {
            MemorySegment bytes = ((HostStorage) storage).segment();
            seen.put(bytes.address(), bytes);
        }

        long held() {
            return seen.values().stream()
                    .filter(bytes -> bytes.scope().isAlive())
                    .mapToLong(MemorySegment::byteSize)
                    .sum();
        }
    }

    /// The most that is held while sizes change and what is in use stays within the limit.
    private static long most(HostHeap heap) {
        long most = 0;
        long used = 0;
        Random random = new Random(3);
        Deque<Storage> held = new ArrayDeque<>();
        Blocks blocks = new Blocks();
        for (int i = 0; i < 400; i++) {
            long bytes = 64L * (1 + random.nextInt(MEGABYTE / 64));
            while (used + bytes > LIMIT) {
                Storage oldest = held.removeFirst();
                used -= oldest.byteSize();
                heap.release(oldest);
            }
            Storage fresh = heap.allocate(bytes);
            blocks.add(fresh);
            held.addLast(fresh);
            used += bytes;
            most = Math.max(most, blocks.held());
        }
        held.forEach(heap::release);
        return most;
    }

    @Test
    void staysWithin() {
        try (HostHeap heap = new HostHeap()) {
            heap.keepWithin(LIMIT);
            long most = most(heap);
            assertTrue(most > LIMIT / 2, () -> most + " bytes are held at most");
            assertTrue(most <= LIMIT, () -> most + " bytes are held, wanted " + LIMIT);
        }
    }

    @Test
    void keepsMoreForReuseWhereItMay() {
        try (HostHeap heap = new HostHeap()) {
            long most = most(heap);
            assertTrue(most > LIMIT * 1.2, () -> most + " bytes are held: nothing is kept");
        }
    }

    @Test
    void reusesWhatIsOfTheSameSize() {
        try (HostHeap heap = new HostHeap()) {
            heap.keepWithin(LIMIT);
            HostStorage first = (HostStorage) heap.allocate(MEGABYTE);
            long address = first.segment().address();
            heap.release(first);
            HostStorage second = (HostStorage) heap.allocate(MEGABYTE);
            assertEquals(address, second.segment().address());
            heap.release(second);
        }
    }

    @Test
    void whatIsInUseIsNotTaken() {
        try (HostHeap heap = new HostHeap()) {
            heap.keepWithin(64);
            HostStorage one = (HostStorage) heap.allocate(MEGABYTE);
            HostStorage other = (HostStorage) heap.allocate(MEGABYTE);
            one.segment().fill((byte) 1);
            other.segment().fill((byte) 2);
            assertEquals(1, one.segment().get(ValueLayout.JAVA_BYTE, 0));
            heap.release(one);
            heap.release(other);
        }
    }
}
