package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// How large the device's arrays are.
///
/// They are given out in ranges, so they are as large as the device allows from the start: half of
/// its memory for activations and float32 weights, as far as one array goes, and for narrower
/// weights what then remains of seven eighths, in as many arrays as it takes. One array is at most
/// what the device allows in one allocation, and what TornadoVM can count by `int` (8 GiB of
/// float32, 16 GiB of narrower weights). `-Dlightcache4j.gpu.memory` and
/// `-Dlightcache4j.gpu.weights` set them in MiB; the latter may name each array, as in `4096,4096`.
///
/// @param floats elements of `memory`
/// @param longs elements of each array of `halves`; at least one array
record DeviceMemory(long floats, List<Long> longs) {
    private static final String MEMORY = "lightcache4j.gpu.memory";
    private static final String WEIGHTS = "lightcache4j.gpu.weights";
    private static final long MIB = 1 << 20;
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 64L;

    /// @throws IllegalArgumentException if a property is not what it should be
    static DeviceMemory ofThisProcess() {
        TornadoDevice device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
        long all = device.getMaxGlobalMemory();
        long most = device.getMaxAllocMemory() - MIB;
        List<Long> set = set(MEMORY);
        if (set.size() > 1) {
            throw refused(MEMORY, "one number");
        }
        long memory = Math.min(set.isEmpty() ? all / 2 : set.getFirst(), most);
        memory = Math.min(memory, MOST_ELEMENTS * Float.BYTES);
        List<Long> weights = set(WEIGHTS);
        if (weights.isEmpty()) {
            weights = List.of(Math.max(MIB, all / 8 * 7 - memory));
        } else if (weights.stream().mapToDouble(Long::doubleValue).sum() > all) {
            throw refused(WEIGHTS, "at most the %d that the device has".formatted(all / MIB));
        }
        long largest = Math.min(most, MOST_ELEMENTS * Long.BYTES);
        List<Long> longs =
                weights.stream()
                        .flatMap(bytes -> parts(bytes, largest))
                        .map(bytes -> bytes / Long.BYTES)
                        .toList();
        return new DeviceMemory(memory / Float.BYTES, longs);
    }

    /// As many equal parts as it takes for none to be larger than `largest`.
    private static Stream<Long> parts(long bytes, long largest) {
        long parts = Math.ceilDiv(bytes, largest);
        return Stream.generate(() -> bytes / parts).limit(parts);
    }

    /// The sizes that a property sets, in bytes; none if it is not there.
    private static List<Long> set(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            return List.of();
        }
        try {
            List<Long> sizes = Stream.of(value.split(",", -1)).map(Long::valueOf).toList();
            if (sizes.stream().allMatch(size -> size > 0 && size <= Long.MAX_VALUE / MIB)) {
                return sizes.stream().map(size -> size * MIB).toList();
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        throw refused(property, "positive numbers, separated by commas if there are several");
    }

    private static IllegalArgumentException refused(String property, String wanted) {
        return new IllegalArgumentException(
                "gpu: the property %s is '%s', wanted MiB: %s"
                        .formatted(property, System.getProperty(property), wanted));
    }

    /// Bytes of all arrays of narrower weights.
    long bytesOfHalves() {
        return longs.stream().mapToLong(Long::longValue).sum() * Long.BYTES;
    }

    FloatArray allocateFloats() {
        return FloatArray.fromSegmentShallow(untouched(floats * Float.BYTES));
    }

    List<LongArray> allocateLongs() {
        return longs.stream()
                .map(n -> LongArray.fromSegmentShallow(untouched(n * Long.BYTES)))
                .toList();
    }

    /// Address space for the host's side of an array that never leaves the device. TornadoVM wants
    /// one of the same size; it is a mapped file without content, and takes no memory.
    private static MemorySegment untouched(long bytes) {
        long size = bytes + TornadoNativeArray.ARRAY_HEADER;
        try {
            Path file = Files.createTempFile("lightcache4j-", ".device");
            try (FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.SPARSE,
                            StandardOpenOption.DELETE_ON_CLOSE)) {
                channel.write(ByteBuffer.allocate(1), size - 1);
                return channel.map(FileChannel.MapMode.PRIVATE, 0, size, Arena.global());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("gpu: no address space of " + size + " bytes", e);
        }
    }
}
