package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import lightcache4j.tensors.Backend;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How large the device's arrays are to be: what properties say, and what one allocation allows.
@Tag("gpu")
class GpuSizesTest {
    private static final String MEMORY = "lightcache4j.gpu.memory";
    private static final String WEIGHTS = "lightcache4j.gpu.weights";
    private static final String PARTS = "lightcache4j.gpu.parts";

    private final Backend.Provider gpu = Backends.working("gpu");
    private final String memory = System.getProperty(MEMORY);
    private final String weights = System.getProperty(WEIGHTS);

    @AfterEach
    void putBack() {
        System.setProperty(MEMORY, memory);
        System.setProperty(WEIGHTS, weights);
        System.clearProperty(PARTS);
    }

    private Matcher found(String regex) {
        String findings = String.join("\n", gpu.findings());
        Matcher matcher = Pattern.compile(regex).matcher(findings);
        assertTrue(matcher.find(), findings);
        return matcher;
    }

    private void assertArrays(String sum, int arrays) {
        Matcher matcher = found("([\\d,]+) MiB for narrower weights in (\\d+) of");
        assertEquals(sum, matcher.group(1));
        assertEquals(arrays, Integer.parseInt(matcher.group(2)));
    }

    @Test
    void eachArrayMayBeSaid() {
        System.setProperty(WEIGHTS, "100,200,300");
        assertArrays("600", 3);
    }

    @Test
    void whatOneAllocationCannotHoldIsParted() {
        int largest = Math.min(mebibytes("largest allocation ([\\d,]+) MiB"), 16 << 10);
        int parted = (2 * largest / 3 + 1) * 3; // a MiB of an allocation is left
        assumeTrue(parted < mebibytes("([\\d,]+) MiB, largest allocation"), "it may take it all");
        System.setProperty(WEIGHTS, String.valueOf(parted));
        assertArrays("%,d".formatted(parted), 3);
        System.setProperty(WEIGHTS, String.valueOf(2 * largest - 4));
        assertArrays("%,d".formatted(2 * largest - 4), 2);
    }

    private int mebibytes(String regex) {
        return Integer.parseInt(found(regex).group(1).replace(",", ""));
    }

    @Test
    void withoutPropertiesArraysTakeSevenEighths() {
        System.clearProperty(MEMORY);
        System.clearProperty(WEIGHTS);
        int all = mebibytes("([\\d,]+) MiB, largest allocation");
        int both =
                mebibytes("([\\d,]+) MiB for activations")
                        + mebibytes("([\\d,]+) MiB for narrower weights");
        assertTrue(Math.abs(all / 8 * 7 - both) <= 10, both + " of " + all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "0",
                "-1",
                "64,",
                "64,x",
                "1.5",
                "99999999999999",
                "9999999",
                "4611686018427,4611686018427"
            })
    void otherValuesAreRefused(String value) {
        System.setProperty(WEIGHTS, value);
        assertRefused(WEIGHTS, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0", "64,64"})
    void memoryIsOneNumber(String value) {
        System.setProperty(MEMORY, value);
        assertRefused(MEMORY, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "-1", "2 ", "x"})
    void partsAreUpToThree(String value) {
        System.setProperty(PARTS, value);
        String message =
                String.valueOf(
                        assertThrows(IllegalArgumentException.class, gpu::findings).getMessage());
        assertEquals(
                "gpu: the property " + PARTS + " is '" + value + "', wanted 0, 1, 2 or 3", message);
    }

    private void assertRefused(String property, String value) {
        String message =
                String.valueOf(
                        assertThrows(IllegalArgumentException.class, gpu::room).getMessage());
        assertTrue(message.startsWith("gpu: the property " + property + " is '" + value), message);
    }
}
