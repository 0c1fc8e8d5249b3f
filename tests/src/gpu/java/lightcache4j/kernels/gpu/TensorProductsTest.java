package lightcache4j.kernels.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.OpCases;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.DType;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;

/// Products on tensor cores, emulated: they give what the reference gives, at every size, in every
/// type and for every convolution of the table, as exactly as their parts promise.
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TensorProductsTest {
    private static final List<Kernel> ON_TENSOR_CORES =
            List.of(Kernel.PART_LEFT, Kernel.PART_RIGHT, Kernel.TENSOR_PRODUCT);

    private final Backend reference = Backends.named("reference").open(1);

    @AfterAll
    void close() {
        reference.close();
    }

    private static EmulatedDevice device(int parts) {
        return new EmulatedDevice(1 << 24, 1 << 22, new TensorCores(parts, 0, 1 << 20));
    }

    private double error(OpCase c, EmulatedDevice device) {
        float[] expected = c.run(reference.ops()).toFloats();
        try (Backend emulated = new GpuBackend(device)) {
            return OpCase.error(expected, c.run(emulated.ops()).toFloats());
        }
    }

    /// Of the table; one product of several tiles in each direction; a convolution that goes on
    /// from earlier frames, of more positions than a tile has rows.
    static List<OpCase> products() {
        List<OpCase> all = new ArrayList<>(OpCases.all());
        all.removeIf(c -> !c.operation().equals("linear") && !c.operation().equals("conv3d"));
        all.add(SequenceCases.linear(300, 40, 260, DType.BF16, Activation.SILU));
        all.add(VideoCases.continuedConvolution(3, 7, 9, 17, 20));
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void threePartsAreAsExactAsFloat32(OpCase c) {
        double error = error(c, device(3));
        assertTrue(error <= c.bound(), () -> "off by " + error + ", bound " + c.bound());
    }

    /// Relative errors are about a third of the last part's last bit; squared here.
    @ParameterizedTest
    @CsvSource({
        "1, F32, 1e-5",
        "2, F32, 1e-10",
        "3, F32, 1e-13",
        "1, BF16, 1e-5",
        "2, BF16, 1e-10"
    })
    void fewerPartsAreAsExactAsTheyAre(int parts, DType dtype, double bound) {
        OpCase c = SequenceCases.linear(100, 200, 64, dtype, Activation.NONE);
        double error = error(c, device(parts));
        assertTrue(error <= bound, () -> "off by " + error);
        assertTrue(parts == 3 || error >= bound / 1e3, () -> "off by " + error + " only");
    }

    @Test
    void nothingIsLeftTaken() {
        EmulatedDevice device = device(3);
        error(SequenceCases.linear(130, 40, 136, DType.F16, Activation.NONE), device);
        assertEquals(ON_TENSOR_CORES, device.launched());
        assertEquals(0, device.taken());
    }

    @Test
    void smallProductsStayWithFloat32() {
        EmulatedDevice device =
                new EmulatedDevice(1 << 20, 1 << 20, new TensorCores(3, 1e6, 1 << 20));
        error(SequenceCases.linear(64, 64, 64, DType.F32, Activation.NONE), device);
        assertEquals(List.of(Kernel.PRODUCT), device.launched());
    }

    @Test
    void withoutRoomForThePartsProductsAreFloat32() {
        EmulatedDevice device =
                new EmulatedDevice(1 << 20, 1 << 11, new TensorCores(3, 0, 1 << 20));
        OpCase c = SequenceCases.linear(64, 64, 64, DType.F32, Activation.NONE);
        assertTrue(error(c, device) <= c.bound());
        assertEquals(List.of(Kernel.PRODUCT), device.launched());
    }

    @Test
    void withoutTensorCoresProductsAreFloat32() {
        EmulatedDevice device = device(0);
        error(SequenceCases.linear(64, 64, 64, DType.F32, Activation.NONE), device);
        assertFalse(device.launched().contains(Kernel.TENSOR_PRODUCT));
    }
}
