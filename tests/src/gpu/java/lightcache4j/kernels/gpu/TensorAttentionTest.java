package lightcache4j.kernels.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.OpCases;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.tensors.Backend;
import lightcache4j.tests.ops.NotANumber;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/// Attention on tensor cores, emulated: it gives what the reference gives, with masks, biases,
/// grouped heads and hidden keys, however little of it is done at a time.
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TensorAttentionTest {
    private static final List<Kernel> AT_ONCE =
            List.of(
                    Kernel.PART_LEFT,
                    Kernel.PART_RIGHT,
                    Kernel.PART_RIGHT,
                    Kernel.TENSOR_PRODUCT,
                    Kernel.TENSOR_SHARES,
                    Kernel.TENSOR_PRODUCT);

    private final Backend reference = Backends.named("reference").open(1);

    @AfterAll
    void close() {
        reference.close();
    }

    private static EmulatedDevice device(int parts, long mostScores) {
        return new EmulatedDevice(1 << 22, 1 << 21, new TensorCores(parts, 0, mostScores));
    }

    private double error(OpCase c, EmulatedDevice device) {
        float[] expected = c.run(reference.ops()).toFloats();
        try (Backend emulated = new GpuBackend(device)) {
            return OpCase.error(expected, c.run(emulated.ops()).toFloats());
        }
    }

    static List<OpCase> attentions() {
        return OpCases.all().stream().filter(c -> c.operation().equals("attention")).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attentions")
    void threePartsAreAsExactAsFloat32(OpCase c) {
        double error = error(c, device(3, 1 << 20));
        assertTrue(error <= c.bound(), () -> "off by " + error + ", bound " + c.bound());
    }

    /// Two heads of three at a time, one head, 128 of its 150 queries.
    @ParameterizedTest
    @CsvSource({"30000, 9", "20000, 12", "14000, 21", "1, 21"})
    void itIsTheSameHoweverLittleIsDoneAtATime(long mostScores, int launches) {
        OpCase c = SequenceCases.attention(150, 100, 3, 20);
        EmulatedDevice little = device(2, mostScores);
        EmulatedDevice all = device(2, 1 << 20);
        try (Backend some = new GpuBackend(little);
                Backend whole = new GpuBackend(all)) {
            float[] expected = c.run(whole.ops()).toFloats();
            assertEquals(0, OpCase.error(expected, c.run(some.ops()).toFloats()));
        }
        assertEquals(AT_ONCE, all.launched());
        assertEquals(launches, little.launched().size());
        assertEquals(0, little.taken());
    }

    /// Which query of its head a row is counts, where it is not the first ones' turn.
    @Test
    void laterQueriesAreHiddenFromWhatTheyAreHiddenFrom() {
        OpCase causal =
                attentions().stream()
                        .filter(c -> c.detail().contains("L=900"))
                        .findFirst()
                        .orElseThrow();
        EmulatedDevice device = device(2, 1);
        double error = error(causal, device);
        assertTrue(error <= 1e-9, () -> "off by " + error);
        assertEquals(3 + 3 * 8, device.launched().size());
    }

    @Test
    void whatIsNotANumberStaysNone() {
        NotANumber.ofOneQueryIsInItsResult(new GpuBackend(device(3, 1 << 20)), 100);
    }

    /// Relative errors, squared.
    @ParameterizedTest
    @CsvSource({"1, 1e-4", "2, 1e-9"})
    void fewerPartsAreAsExactAsTheyAre(int parts, double bound) {
        double error = error(SequenceCases.attention(100, 120, 2, 32), device(parts, 1 << 20));
        assertTrue(error <= bound, () -> "off by " + error);
        assertTrue(error >= bound / 1e4, () -> "off by " + error + " only");
    }

    @ParameterizedTest
    @CsvSource({"4194304, 2048", "20000, 2097152"})
    void withoutRoomForScoresOrPartsItIsFloat32(int floats, int longs) {
        EmulatedDevice device = new EmulatedDevice(floats, longs, new TensorCores(3, 0, 1 << 20));
        OpCase c = SequenceCases.attention(64, 64, 1, 16);
        assertTrue(error(c, device) <= c.bound());
        assertEquals(List.of(Kernel.ATTENTION), device.launched());
        assertEquals(0, device.taken());
    }

    @Test
    void littleWorkStaysWithFloat32() {
        EmulatedDevice device = new EmulatedDevice(1 << 20, 1 << 20, new TensorCores(3, 1e6, 1));
        error(SequenceCases.attention(64, 64, 1, 16), device);
        assertEquals(List.of(Kernel.ATTENTION), device.launched());
    }
}
