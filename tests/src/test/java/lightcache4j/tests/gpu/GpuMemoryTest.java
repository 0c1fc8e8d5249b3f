package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Arithmetic;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Functional;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.OutOfHeap;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Storage;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The device's memory: bytes come back as they went, ranges do not overlap, nothing is left.
@Tag("gpu")
class GpuMemoryTest {
    @RegisterExtension private final OpenDevice device = new OpenDevice();

    private static byte[] bytes(int n, long seed) {
        byte[] bytes = new byte[n];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] read(Storage storage, long offset, int n) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(Math.max(1, n)).asSlice(0, n);
            device.backend().heap().read(storage, offset, to);
            return to.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @Test
    void bytesComeBackAsTheyWent() {
        for (int n : new int[] {0, 1, 3, 4, 63, 65536, 65540, 17_000_001}) {
            Storage storage = device.backend().heap().allocate(n);
            byte[] wanted = bytes(n, n);
            device.backend().heap().write(MemorySegment.ofArray(wanted), storage, 0);
            assertArrayEquals(wanted, read(storage, 0, n), n + " bytes");
            device.backend().heap().release(storage);
        }
    }

    @Test
    void bytesInTheMiddleLeaveTheirNeighboursAlone() {
        Storage storage = device.backend().heap().allocate(100);
        byte[] wanted = bytes(100, 1);
        device.backend().heap().write(MemorySegment.ofArray(wanted), storage, 0);
        byte[] patch = bytes(10, 2);
        device.backend().heap().write(MemorySegment.ofArray(patch), storage, 33);
        System.arraycopy(patch, 0, wanted, 33, 10);
        assertArrayEquals(wanted, read(storage, 0, 100));
        byte[] part = Arrays.copyOfRange(wanted, 7, 50);
        assertArrayEquals(part, read(storage, 7, 43));
        device.backend().heap().release(storage);
    }

    @Test
    void storagesKeepTheirNumbersWhileOthersComeAndGo() {
        MemoryLedger ledger = new MemoryLedger();
        try (Workspace workspace = new Workspace(device.backend(), ledger)) {
            Random random = new Random(3);
            List<Tensor> kept = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                float[] value = new float[1 + random.nextInt(300)];
                Arrays.fill(value, i);
                kept.add(workspace.upload(Tensor.of(value, value.length)));
                if (i % 3 == 2) {
                    workspace.free(kept.set(i - 1, Tensor.of(new float[] {i - 1}, 1)));
                }
            }
            for (int i = 0; i < kept.size(); i++) {
                for (float value : workspace.download(kept.get(i)).toFloats()) {
                    assertEquals(i, value);
                }
            }
        }
        assertEquals(0, ledger.current(Pool.DEVICE));
        assertEquals(0, ledger.current(Pool.HOST));
    }

    @Test
    void storageIsOutOfUseOnceGivenBack() {
        Storage storage = device.backend().heap().allocate(64);
        device.backend().heap().release(storage);
        assertThrows(IllegalStateException.class, () -> device.backend().heap().release(storage));
        assertThrows(IllegalStateException.class, () -> read(storage, 0, 4));
    }

    @Test
    void moreThanThereIsIsRefused() {
        assertThrows(OutOfHeap.class, () -> device.backend().heap().allocate(1L << 40));
    }

    @Test
    void launchesOfManyShapesShareOneKernel() {
        try (Workspace workspace = new Workspace(device.backend(), new MemoryLedger())) {
            for (int n = 1; n < 40; n++) {
                float[] ones = new float[n * n];
                Arrays.fill(ones, 1);
                Tensor x = workspace.upload(Tensor.of(ones, n, n));
                Tensor w = Tensor.of(ones, n, n);
                Tensor y =
                        workspace.in(
                                () ->
                                        Arithmetic.add(
                                                Functional.linear(x, w, null, Activation.NONE), x));
                for (float value : workspace.download(y).toFloats()) {
                    assertEquals(n + 1, value);
                }
            }
        }
    }

    /// What the device has for weights in these tests: two arrays, as a checkpoint has that is
    /// larger than one.
    private static void assertArrays() {
        assertEquals("64,64", System.getProperty("lightcache4j.gpu.weights"));
    }

    private static Tensor ones(Workspace workspace, int rows, int n) {
        float[] ones = new float[rows * n];
        Arrays.fill(ones, 1);
        return workspace.upload(Tensor.of(ones, rows, n));
    }

    /// Multiplies rows of ones, so that outputs are sums of weights.
    private static void assertOutputs(
            float wanted, Workspace workspace, Tensor x, Tensor w, @Nullable Tensor b) {
        Tensor y = workspace.in(() -> Functional.linear(x, w, b));
        for (float value : workspace.download(y).toFloats()) {
            assertEquals(wanted, value);
        }
    }

    /// Of a mapped checkpoint, more than these tests give the device for weights.
    @Test
    void weightsThatDoNotFitTakeTurns() {
        assertArrays();
        List<Tensor> weights = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            weights.add(mapped(i + 1, 1024, 12288)); // 24 MiB each
        }
        try (Workspace workspace = new Workspace(device.backend(), new MemoryLedger())) {
            Tensor x = ones(workspace, 1, 12288);
            for (int turn = 0; turn < 2; turn++) {
                for (int i = 0; i < 6; i++) {
                    assertOutputs((i + 1) * 12288f, workspace, x, weights.get(i), null);
                }
            }
        }
    }

    /// Two in each array: once they are up, no weight comes up again.
    @Test
    void weightsThatFitTheArraysTogetherStay() {
        assertArrays();
        List<Tensor> weights = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            weights.add(mapped(i + 1, 1024, 12288)); // 24 MiB each
        }
        try (Workspace workspace = new Workspace(device.backend(), new MemoryLedger())) {
            Tensor x = ones(workspace, 5, 12288); // another kernel than for one row
            Runnable turn =
                    () -> {
                        for (int i = 0; i < 4; i++) {
                            assertOutputs((i + 1) * 12288f, workspace, x, weights.get(i), null);
                        }
                    };
            long bytes = (4 * 24L) << 20;
            assertEquals(bytes, sum(Launches.of(l -> turn.run()).up()));
            assertEquals(0, sum(Launches.of(l -> turn.run()).up()));
        }
    }

    private static long sum(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    /// A kernel sees one array, so a bias goes where the matrix is: here from one array to the
    /// other and back, each time once.
    @Test
    void theWeightsOfAnOperationComeTogether() {
        assertArrays();
        List<Tensor> weights = List.of(mapped(1, 1024, 24576), mapped(2, 1024, 24576)); // 48 MiB
        Tensor bias = mapped(3, 1024);
        try (Workspace workspace = new Workspace(device.backend(), new MemoryLedger())) {
            Tensor x = ones(workspace, 1, 24576);
            for (int turn = 0; turn < 3; turn++) {
                for (int i = 0; i < 2; i++) {
                    Tensor w = weights.get(i);
                    float wanted = (i + 1) * 24576f + 3;
                    Launches launches =
                            Launches.of(l -> assertOutputs(wanted, workspace, x, w, bias));
                    long matrix = turn == 0 ? w.byteSize() : 0;
                    assertEquals(matrix + bias.byteSize(), sum(launches.up()), turn + ", " + i);
                    launches = Launches.of(l -> assertOutputs(wanted, workspace, x, w, bias));
                    assertEquals(0, sum(launches.up()), "again " + turn + ", " + i);
                }
            }
        }
    }

    /// More numbers than an array for weights could hold of 16 bits, and of every value.
    @Test
    void aWeightOfBytesTakesAByteANumber() {
        assertArrays();
        int inputs = 50_000;
        int outputs = 1024;
        byte[] bytes = bytes(outputs * inputs, 5);
        float[] scales = new float[outputs];
        for (int row = 0; row < outputs; row++) {
            scales[row] = (row + 1) * 127f;
        }
        Tensor w = mapped(bytes, outputs, inputs).scaled(Tensor.of(scales, outputs));
        float[] ones = new float[inputs];
        Arrays.fill(ones, 1);
        try (Workspace workspace = new Workspace(device.backend(), new MemoryLedger())) {
            Tensor x = workspace.upload(Tensor.of(ones, 1, inputs));
            float[] y =
                    workspace
                            .download(workspace.in(() -> Functional.linear(x, w, null)))
                            .toFloats();
            for (int row = 0; row < outputs; row++) {
                int sum = 0; // of whole numbers below 2^24: exact in float32
                for (int i = 0; i < inputs; i++) {
                    sum += bytes[row * inputs + i];
                }
                assertEquals((float) sum * (row + 1), y[row]);
            }
        }
    }

    private static Tensor mapped(byte[] bytes, long... dims) {
        MemorySegment segment = Arena.ofAuto().allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return new Tensor(DType.I8, Shape.of(dims), new HostStorage(segment, Pool.DISK), 0);
    }

    private static Tensor mapped(float value, long... dims) {
        short[] bits = new short[Math.toIntExact(Shape.of(dims).size())];
        Arrays.fill(bits, (short) (Float.floatToIntBits(value) >> 16));
        MemorySegment bytes = Arena.ofAuto().allocate(2L * bits.length, 64);
        MemorySegment.copy(bits, 0, bytes, ValueLayout.JAVA_SHORT, 0, bits.length);
        return new Tensor(DType.BF16, Shape.of(dims), new HostStorage(bytes, Pool.DISK), 0);
    }

    @Test
    void aTensorOfAnotherTypeIsBytesToo() {
        try (Workspace workspace = new Workspace(device.backend(), new MemoryLedger())) {
            Tensor ids = workspace.upload(Tensor.of(new int[] {1, -7, 1 << 30}, 3));
            assertEquals(DType.I32, ids.dtype());
            assertEquals(Shape.of(3), ids.shape());
            assertArrayEquals(new int[] {1, -7, 1 << 30}, workspace.download(ids).toInts());
        }
    }
}
