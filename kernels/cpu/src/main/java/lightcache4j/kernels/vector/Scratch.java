package lightcache4j.kernels.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;

/// Arrays that one thread works in, kept from call to call. They grow to what the largest call
/// needed.
final class Scratch implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    /// What an array is for; arrays of different uses are different.
    enum Use {
        /// Rows of the left factor of a product: activations.
        LEFT,
        /// Sums of a product.
        SUMS,
        /// Rows as they come from a tensor, before they are packed.
        STAGED,
        /// A row of an image, with its borders.
        LINE,
        /// A square of numbers on its way to a panel.
        SQUARE,
        /// Other rows of numbers, where two tensors are read.
        OTHER,
        /// Results of attention before they are divided.
        MIXED,
        /// Running maxima and sums of attention.
        RUNNING,
        /// A vector of weights: scales.
        SCALE,
        /// A vector of weights: shifts, biases.
        SHIFT
    }

    /// What a panel is for.
    enum Panel {
        /// Packed weights, or the queries of attention.
        RIGHT,
        /// The values of attention.
        VALUES,
        /// Weights of a convolution on their way to their points.
        TAPS,
        /// A bias of attention, turned as scores are.
        BIAS
    }

    private record Room(Arena arena, MemorySegment segment) {}

    private final Map<Use, float[]> floats = new EnumMap<>(Use.class);
    private final Map<Panel, Room> panels = new EnumMap<>(Panel.class);
    private byte[] bytes = {};
    private short[] shorts = {};
    private final int[] touched = {0};

    /// At least `size` numbers, content undefined.
    float[] floats(Use use, int size) {
        float[] held = floats.get(use);
        if (held == null || held.length < size) {
            held = new float[size];
            floats.put(use, held);
        }
        return held;
    }

    /// Room for at least `size` numbers in packed order, content undefined.
    MemorySegment panel(Panel panel, long size) {
        Room room = panels.get(panel);
        if (room == null || room.segment.byteSize() < size * Float.BYTES) {
            if (room != null) {
                room.arena.close();
                panels.remove(panel);
            }
            Arena arena = Arena.ofShared();
            room = new Room(arena, arena.allocate(size * Float.BYTES, ALIGNMENT));
            panels.put(panel, room);
        }
        return room.segment;
    }

    /// Reads a number of every cache line of a part of a panel. A product reads it too slowly for
    /// some processors to fetch ahead ([Fetching]), and waits for each line; these reads wait for
    /// many at a time.
    void touch(MemorySegment panel, long from, int size) {
        int line = (int) ALIGNMENT;
        long start = from * Float.BYTES;
        int bits = 0;
        for (long i = 0; i < (long) size * Float.BYTES; i += line) {
            bits |= panel.get(ValueLayout.JAVA_INT, start + i);
        }
        touched[0] = bits; // kept, so that the reads are not taken for useless
    }

    @Override
    public void close() {
        panels.values().forEach(room -> room.arena.close());
        panels.clear();
    }

    /// At least `size` int8 numbers, content undefined.
    byte[] bytes(int size) {
        if (bytes.length < size) {
            bytes = new byte[size];
        }
        return bytes;
    }

    /// At least `size` half-width numbers, content undefined.
    short[] shorts(int size) {
        if (shorts.length < size) {
            shorts = new short[size];
        }
        return shorts;
    }
}
