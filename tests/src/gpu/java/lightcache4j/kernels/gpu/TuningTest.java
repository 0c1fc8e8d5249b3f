package lightcache4j.kernels.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.DType;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Tuning on an emulated device, whose clock is moved by its launches: what it chooses, keeps and
/// refuses.
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TuningTest {
    private static final OpCase LINEAR =
            SequenceCases.linear(100, 40, 72, DType.F32, Activation.SILU);

    private static final String LINEAR_SHAPE = "linear.100x40x72.F32";

    private static final OpCase ATTENTION = SequenceCases.attention(70, 90, 2, 16);

    private static final List<Kernel> ON_TENSOR_CORES =
            List.of(Kernel.PART_LEFT, Kernel.PART_RIGHT, Kernel.TENSOR_PRODUCT);

    private final Backend reference = Backends.named("reference").open(1);

    @TempDir private Path folder;
    private Path path;

    /// Nanoseconds of the emulated clock.
    private long now;

    @BeforeEach
    void begin() {
        path = folder.resolve("new").resolve(System.nanoTime() + ".properties");
    }

    @AfterAll
    void close() {
        reference.close();
    }

    /// A device on which tiles take their rows' distance from the best, and a launch on tensor
    /// cores `ofTensorCores` nanoseconds.
    private class Timed extends EmulatedDevice {
        private final int best;
        private final int ofTensorCores;

        Timed(boolean measures, int best, int ofTensorCores) {
            super(
                    1 << 20,
                    1 << 20,
                    new TensorCores(3, Double.POSITIVE_INFINITY, 1 << 20),
                    new Tuning(TuningFile.open(path, "a device"), measures, () -> now));
            this.best = best;
            this.ofTensorCores = ofTensorCores;
        }

        @Override
        public void launch(
                Kernel kernel, int array, long groups, long rows, int[] ints, float... scalars) {
            super.launch(kernel, array, groups, rows, ints, scalars);
            now +=
                    switch (kernel) {
                        case PRODUCT -> 1000 + Math.abs(ints[10] - best);
                        case ATTENTION -> 1000;
                        default -> ofTensorCores;
                    };
        }
    }

    private void assertRight(OpCase c, EmulatedDevice device) {
        float[] expected = c.run(reference.ops()).toFloats();
        try (Backend emulated = new GpuBackend(device)) {
            double error = OpCase.error(expected, c.run(emulated.ops()).toFloats());
            assertTrue(error <= c.bound(), () -> "off by " + error + ", bound " + c.bound());
        }
        assertEquals(0, device.taken());
    }

    private String chosen(String shape) {
        return String.valueOf(TuningFile.open(path, "a device").get(shape));
    }

    /// What a later run launches for a case.
    private List<Kernel> later(OpCase c) {
        Timed device = new Timed(false, 0, 1);
        assertRight(c, device);
        return device.launched();
    }

    @Test
    void theFastestTilesAreChosen() {
        assertRight(LINEAR, new Timed(true, 256, 1000));
        assertEquals("tiles of 256x16", chosen(LINEAR_SHAPE));
        assertEquals(List.of(Kernel.PRODUCT), later(LINEAR));
    }

    @Test
    void tensorCoresAreChosenWhereTheyAreFaster() {
        assertRight(LINEAR, new Timed(true, 64, 100));
        assertEquals("tensor cores, parts 3", chosen(LINEAR_SHAPE));
        assertEquals(ON_TENSOR_CORES, later(LINEAR));
    }

    @Test
    void attentionAndConvolutionAreTuned() {
        assertRight(ATTENTION, new Timed(true, 64, 1));
        assertEquals("tensor cores, parts 3", chosen("attention.70x90.2of16"));
        assertTrue(later(ATTENTION).contains(Kernel.TENSOR_SHARES));
        OpCase convolution = VideoCases.continuedConvolution(3, 7, 9, 17, 20);
        assertRight(convolution, new Timed(true, 64, 1));
        assertEquals(ON_TENSOR_CORES, later(convolution));
        assertRight(ATTENTION, new Timed(true, 64, 1000));
        assertTrue(later(ATTENTION).contains(Kernel.TENSOR_SHARES), "chosen once");
    }

    /// By rule tiles have 128 rows here: 1048 ns, beside 1016 of 64 rows.
    @Test
    void aLittleFasterIsNotEnough() {
        assertRight(LINEAR, new Timed(true, 80, 1000));
        assertEquals("tiles of 128x32", chosen(LINEAR_SHAPE));
        assertEquals(0, TuningFile.open(path, "a device").others());
    }

    @Test
    void aWayThatIsWrongIsRefused() {
        assertTensorCoresAreRefused(() -> {}); // nothing is written
    }

    @Test
    void aWayThatFailsIsRefused() {
        assertTensorCoresAreRefused(
                () -> {
                    throw new TornadoBailoutRuntimeException("does not compile");
                });
    }

    /// Where products on tensor cores are fastest, and `instead` is what happens in their place.
    private void assertTensorCoresAreRefused(Runnable instead) {
        assertRight(
                LINEAR,
                new Timed(true, 64, 1) {
                    @Override
                    public void launch(
                            Kernel kernel,
                            int array,
                            long groups,
                            long rows,
                            int[] ints,
                            float... scalars) {
                        if (kernel == Kernel.TENSOR_PRODUCT) {
                            instead.run();
                        } else {
                            super.launch(kernel, array, groups, rows, ints, scalars);
                        }
                    }
                });
        assertTrue(chosen(LINEAR_SHAPE).startsWith("tiles"), () -> chosen(LINEAR_SHAPE));
    }

    @Test
    void nothingIsMeasuredUnasked() {
        Timed device = new Timed(false, 256, 1);
        assertRight(LINEAR, device);
        assertEquals(List.of(Kernel.PRODUCT), device.launched());
        assertFalse(Files.exists(path));
    }

    @Test
    void anotherDevicesFileCountsAsEmpty() {
        TuningFile.open(path, "another device").put(LINEAR_SHAPE, "tensor cores, parts 3", false);
        assertEquals(List.of(Kernel.PRODUCT), later(LINEAR));
    }

    @Test
    void aWayThatIsNotThereIsByRule() {
        TuningFile.open(path, "a device").put(LINEAR_SHAPE, "by hand", false);
        assertEquals(List.of(Kernel.PRODUCT), later(LINEAR));
    }

    @Test
    void aFileOfSomethingElseIsRefused() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "key=\\uXYZ");
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> TuningFile.open(path, "a device"));
        assertTrue(String.valueOf(e.getMessage()).contains("delete it"), e.getMessage());
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefused() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "");
        TuningFile file = TuningFile.open(path.resolve("within"), "a device");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, file::requireWritable);
        assertTrue(String.valueOf(e.getMessage()).contains("cannot be written"), e.getMessage());
    }
}
