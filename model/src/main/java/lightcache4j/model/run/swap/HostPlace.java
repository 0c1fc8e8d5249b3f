package lightcache4j.model.run.swap;

import lightcache4j.tensors.HostHeap;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Pool;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Memory of the process: for what leaves a device, and for what stays in memory in fewer bits.
final class HostPlace implements Place {
    private final HostHeap heap = new HostHeap();
    private final NavigableMap<Long, HostStorage> stored = new TreeMap<>();

    @Override
    public Pool pool() {
        return Pool.HOST;
    }

    @Override
    public void write(MemorySegment from, long at) {
        HostStorage there = stored.get(at);
        if (there == null || there.byteSize() != from.byteSize()) {
            if (there != null) {
                heap.release(there);
            }
            there = (HostStorage) heap.allocate(from.byteSize());
            stored.put(at, there);
        }
        heap.write(from, there, 0);
    }

    @Override
    public void read(MemorySegment to, long at) {
        HostStorage there = stored.get(at);
        if (there == null) {
            throw new IllegalStateException("swap: nothing is stored at " + at);
        }
        heap.read(there, 0, to);
    }

    @Override
    public void forget(long at, long bytes) {
        Map<Long, HostStorage> gone = stored.subMap(at, at + bytes);
        gone.values().forEach(heap::release);
        gone.clear();
    }

    @Override
    public String name() {
        return "host memory";
    }

    @Override
    public void close() {
        stored.clear();
        heap.close();
    }
}
