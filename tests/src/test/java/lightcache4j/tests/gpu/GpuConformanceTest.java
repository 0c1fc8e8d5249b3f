package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.OpCases;
import lightcache4j.tensors.Backend;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/// The device gives what the reference gives, for every case of the table.
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GpuConformanceTest {
    private final Backend reference = Backends.named("reference").open(1);
    private Backend gpu = reference;

    @BeforeAll
    void open() {
        gpu = Backends.working("gpu").open(1);
    }

    @AfterAll
    void close() {
        gpu.close();
        reference.close();
    }

    static List<OpCase> cases() {
        return OpCases.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void givesWhatTheReferenceGives(OpCase c) {
        float[] expected = c.run(reference.ops()).toFloats();
        float[] actual = c.run(gpu.ops()).toFloats();
        double error = OpCase.error(expected, actual);
        assertTrue(error <= c.bound(), () -> "off by " + error + ", bound " + c.bound());
    }
}
