package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Heap;
import lightcache4j.tensors.OutOfHeap;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// Ranges of the device's `memory`. Where it is full, float32 weights make room: they can be
/// brought up again.
final class DeviceHeap implements Heap {
    private final Device device;
    private final Residence residence;
    private final Set<DeviceStorage> used = Collections.newSetFromMap(new IdentityHashMap<>());

    DeviceHeap(Device device, Residence residence) {
        this.device = device;
        this.residence = residence;
    }

    @Override
    public Pool pool() {
        return Pool.DEVICE;
    }

    @Override
    public DeviceStorage allocate(long bytes) {
        device.lock().lock();
        try {
            long floats = (bytes + Float.BYTES - 1) / Float.BYTES;
            OptionalLong start = device.memory().take(floats);
            while (start.isEmpty() && residence.evict(List.of(device.memory()))) {
                start = device.memory().take(floats);
            }
            if (start.isEmpty()) {
                long inUse = device.memory().inUse() * Float.BYTES;
                throw new OutOfHeap(Pool.DEVICE, bytes, inUse, new OutOfMemoryError("device"));
            }
            DeviceStorage storage = new DeviceStorage(Math.toIntExact(start.getAsLong()), bytes);
            used.add(storage);
            return storage;
        } finally {
            device.lock().unlock();
        }
    }

    @Override
    public void release(Storage storage) {
        device.lock().lock();
        try {
            if (!(storage instanceof DeviceStorage ours) || !used.remove(ours)) {
                throw new IllegalStateException(
                        "heap: storage given back that was not handed out here");
            }
            device.memory().give(ours.release());
        } finally {
            device.lock().unlock();
        }
    }

    /// Bytes that do not begin and end with a float32 are patched into the words that are there.
    @Override
    public void write(MemorySegment from, Storage to, long offset) {
        if (from.byteSize() == 0) {
            return;
        }
        device.lock().lock();
        try (Arena arena = Arena.ofConfined()) {
            long first = ((DeviceStorage) to).start() + offset / Float.BYTES;
            if (offset % Float.BYTES == 0 && from.byteSize() % Float.BYTES == 0) {
                device.upload(from, first);
                return;
            }
            MemorySegment words = words(arena, first, offset, from.byteSize());
            MemorySegment.copy(from, 0, words, offset % Float.BYTES, from.byteSize());
            device.upload(words, first);
        } finally {
            device.lock().unlock();
        }
    }

    @Override
    public void read(Storage from, long offset, MemorySegment to) {
        if (to.byteSize() == 0) {
            return;
        }
        device.lock().lock();
        try (Arena arena = Arena.ofConfined()) {
            long first = ((DeviceStorage) from).start() + offset / Float.BYTES;
            if (offset % Float.BYTES == 0 && to.byteSize() % Float.BYTES == 0) {
                device.download(first, to);
                return;
            }
            MemorySegment words = words(arena, first, offset, to.byteSize());
            MemorySegment.copy(words, offset % Float.BYTES, to, 0, to.byteSize());
        } finally {
            device.lock().unlock();
        }
    }

    /// The words that `bytes` bytes from `offset` on lie in.
    private MemorySegment words(Arena arena, long first, long offset, long bytes) {
        long end = offset % Float.BYTES + bytes;
        MemorySegment words =
                arena.allocate((end + Float.BYTES - 1) / Float.BYTES * Float.BYTES, Float.BYTES);
        device.download(first, words);
        return words;
    }

    /// Nothing waits for reuse here.
    @Override
    public void trim() {}

    @Override
    public void close() {
        device.lock().lock();
        try {
            used.forEach(storage -> device.memory().give(storage.release()));
            used.clear();
        } finally {
            device.lock().unlock();
        }
    }
}
