package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Elements;
import lightcache4j.weights.Safetensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of 12 GiB, nearly all of it a hole on the disk: offsets and indices beyond 31 and 32
/// bits.
class LargeCheckpointTest {
    private static final long FIRST = 3L << 30;
    private static final long SECOND = 9L << 30;

    @TempDir Path folder;

    @Test
    void tensorsBeyondTwoToThe32AreReadWhereTheyAre() throws IOException {
        Path file = folder.resolve("large.safetensors");
        long data = write(file);
        MemoryLedger ledger = new MemoryLedger();
        try (Safetensors opened = Safetensors.open(file, ledger)) {
            assertEquals(FIRST + SECOND + 8, opened.byteSize());
            assertEquals(FIRST + SECOND + 8, ledger.current(Pool.DISK));
            Tensor bytes = opened.tensor("bytes");
            assertEquals(DType.U8, bytes.dtype());
            assertEquals(7, Elements.of(bytes).at(FIRST - 1));
            Tensor halves = opened.tensor("halves");
            assertEquals(1.5f, Elements.of(halves).at(SECOND / 2 - 1));
            assertEquals(0f, Elements.of(halves).at(1L << 32));
            Tensor lastRow = halves.reshape(SECOND / 2 / 1024, 1024).row(SECOND / 2 / 1024 - 1);
            assertEquals(1.5f, Elements.of(lastRow).at(1023));
            assertEquals(-2.25f, opened.tensor("tail").toFloats()[1]);
            assertEquals(data + FIRST + SECOND, opened.entries().getLast().offset());
        }
        assertEquals(0, ledger.current(Pool.DISK));
    }

    private static long write(Path file) throws IOException {
        long end = FIRST + SECOND;
        byte[] header =
                """
                {"bytes":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]},\
                "halves":{"dtype":"BF16","shape":[%d],"data_offsets":[%d,%d]},\
                "tail":{"dtype":"F32","shape":[2],"data_offsets":[%d,%d]}}\
                """
                        .formatted(FIRST, FIRST, SECOND / 2, FIRST, end, end, end + 8)
                        .getBytes(StandardCharsets.UTF_8);
        long data = 8L + header.length;
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            put(channel, 0, ByteBuffer.allocate(8).putLong(Long.reverseBytes(header.length)));
            put(channel, 8, ByteBuffer.allocate(header.length).put(header));
            put(channel, data + FIRST - 1, ByteBuffer.allocate(1).put((byte) 7));
            put(channel, data + end - 2, little(2).putShort((short) 0x3fc0));
            put(channel, data + end, little(8).putFloat(1).putFloat(-2.25f));
        }
        return data;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(FileChannel channel, long at, ByteBuffer bytes) throws IOException {
        bytes.flip();
        assertEquals(bytes.limit(), channel.write(bytes, at));
    }
}
