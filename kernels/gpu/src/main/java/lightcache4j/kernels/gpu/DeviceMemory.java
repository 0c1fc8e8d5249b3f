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

/// How large the device's two arrays are.
///
/// Both are given out in ranges, so they are as large as the device allows from the start: half of
/// its memory for activations and float32 weights, three eighths for narrower weights, as far as
/// one allocation of the device goes, and the `int` by which TornadoVM counts elements (8 GiB and
/// 16 GiB). `-Dlightcache4j.gpu.memory` and `-Dlightcache4j.gpu.weights` set them in MiB.
///
/// @param floats elements of `memory`
/// @param longs elements of `halves`
record DeviceMemory(long floats, long longs) {
    private static final long MIB = 1 << 20;
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 64L;

    static DeviceMemory ofThisProcess() {
        TornadoDevice device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
        long all = device.getMaxGlobalMemory();
        long most = device.getMaxAllocMemory() - MIB;
        long memory = bytes("lightcache4j.gpu.memory", Math.min(all / 2, most));
        long weights = bytes("lightcache4j.gpu.weights", Math.min(all / 8 * 3, most));
        return new DeviceMemory(
                Math.min(memory / Float.BYTES, MOST_ELEMENTS),
                Math.min(weights / Long.BYTES, MOST_ELEMENTS));
    }

    private static long bytes(String property, long otherwise) {
        Long set = Long.getLong(property);
        return set == null ? otherwise : set * MIB;
    }

    FloatArray allocateFloats() {
        return FloatArray.fromSegmentShallow(untouched(floats * Float.BYTES));
    }

    LongArray allocateLongs() {
        return LongArray.fromSegmentShallow(untouched(longs * Long.BYTES));
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
