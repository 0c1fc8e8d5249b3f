package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.OpCases;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Ops;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every backend that works here gives what the reference gives, for every case of the table,
/// however many threads it has.
class ConformanceTest {
    private static final int[] THREADS = {1, 2, 5};
    private static final List<OpCase> CASES = OpCases.all();

    private static final Backend REFERENCE = open("reference", 1);

    /// By name and number of threads.
    private static final Map<String, List<Backend>> OTHERS =
            Backends.all().stream()
                    .filter(provider -> !provider.name().equals("reference"))
                    .collect(
                            Collectors.toMap(
                                    Backend.Provider::name,
                                    p -> Arrays.stream(THREADS).mapToObj(p::open).toList()));

    private static Backend open(String name, int threads) {
        return Backends.all().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow()
                .open(threads);
    }

    @AfterAll
    static void close() {
        REFERENCE.close();
        OTHERS.values().forEach(backends -> backends.forEach(Backend::close));
    }

    @TestFactory
    Stream<DynamicTest> givesWhatTheReferenceGives() {
        return CASES.stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> compare(c)));
    }

    private static void compare(OpCase c) {
        float[] expected = c.run(REFERENCE.ops()).toFloats();
        assertTrue(isFilled(expected), "the reference left numbers out");
        OTHERS.forEach(
                (name, backends) -> {
                    float[] first = c.run(backends.getFirst().ops()).toFloats();
                    double error = OpCase.error(expected, first);
                    assertTrue(
                            error <= c.bound(),
                            () -> name + " is off by " + error + ", bound " + c.bound());
                    for (Backend backend : backends) {
                        float[] again = c.run(backend.ops()).toFloats();
                        assertArrayEquals(first, again, backend.description());
                    }
                });
    }

    private static boolean isFilled(float[] values) {
        for (float value : values) {
            if (Float.isNaN(value)) {
                return false;
            }
        }
        return true;
    }

    /// The table leaves out the measures, which give no tensor; [MeasuresTest] has them.
    @Test
    void theTableHasEveryOperation() {
        Set<String> wanted =
                Arrays.stream(Ops.class.getDeclaredMethods())
                        .map(java.lang.reflect.Method::getName)
                        .filter(name -> !name.equals("moments"))
                        .filter(name -> !name.equals("absoluteDifference"))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> had =
                CASES.stream()
                        .map(OpCase::operation)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(wanted, had);
    }

    @Test
    void errorSeesWrongNumbersAndMissingOnes() {
        float[] expected = {1, 2, 2};
        assertEquals(0, OpCase.error(expected, expected.clone()));
        assertEquals(1 / 9.0, OpCase.error(expected, new float[] {1, 2, 3}), 1e-15);
        double missing = OpCase.error(expected, new float[] {1, Float.NaN, 2});
        assertTrue(Double.isNaN(missing));
        assertEquals(1, OpCase.error(new float[] {0}, new float[] {1e-30f}));
    }
}
