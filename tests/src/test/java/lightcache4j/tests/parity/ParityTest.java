package lightcache4j.tests.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

import java.util.LinkedHashMap;
import java.util.Map;

/// The harness itself: it must be able to fail.
class ParityTest {
    private static Values values(float... numbers) {
        return new Values(numbers, new long[] {numbers.length});
    }

    @Test
    void nearIsRelativeToTheLargestValue() {
        Values expected = values(100, 0, -1);
        assertTrue(Parity.near(expected, values(100, 0.009f, -1), 1e-4));
        assertFalse(Parity.near(expected, values(100, 0.011f, -1), 1e-4));
    }

    @Test
    void nearSeesASmallErrorEverywhere() {
        float[] numbers = new float[1000];
        float[] shifted = new float[1000];
        numbers[0] = 100;
        shifted[0] = 100;
        for (int i = 1; i < 1000; i++) {
            shifted[i] = 0.009f;
        }
        assertFalse(Parity.near(values(numbers), values(shifted), 1e-4));
    }

    @Test
    void nothingIsNearToWhatIsNotFinite() {
        assertFalse(Parity.near(values(1, 2), values(1, Float.NaN), 1));
        assertFalse(Parity.near(values(1, 2), values(1, Float.POSITIVE_INFINITY), 1));
    }

    @Test
    void otherShapesAreNeverNear() {
        Values column = new Values(new float[] {1, 2}, new long[] {2, 1});
        assertFalse(Parity.near(values(1, 2), column, 1));
    }

    @Test
    void failureNamesTheFirstSiteThatDrifts() {
        Map<String, Values> expected =
                Map.of("blocks.0", values(1), "blocks.1", values(2), "blocks.2", values(3));
        Map<String, Values> actual = new LinkedHashMap<>();
        actual.put("blocks.0", values(1));
        actual.put("unknown", values(7));
        actual.put("blocks.1", values(2.5f));
        actual.put("blocks.2", values(4));
        AssertionFailedError error =
                assertThrows(
                        AssertionFailedError.class,
                        () ->
                                Parity.assertNear(
                                        "case", values(1), values(2), 1e-4, expected, actual));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains("the first site that drifts is blocks.1"), message);
    }

    @Test
    void sitesWithoutCounterpartFail() {
        assertThrows(
                AssertionFailedError.class,
                () ->
                        Parity.assertSitesNear(
                                "case", Map.of("a", values(1)), Map.of("b", values(1)), 1));
    }

    @Test
    void permuteMovesAxes() {
        Values x = new Values(new float[] {0, 1, 2, 3, 4, 5}, new long[] {2, 3, 1, 1});
        Values y = x.channelsLast();
        assertEquals("[3, 1, 1, 2]", y.toString());
        assertEquals(3, y.numbers()[1]);
        assertEquals(0, Parity.largest(x, y.channelsFirst()));
    }

    @Test
    void casesAreFoundAndComplete() {
        for (String component :
                new String[] {
                    "easyanimate_transformer", "easyanimate_vae", "qwen2_vl", "pipelines"
                }) {
            FixtureCase.of(component)
                    .forEach(c -> assertFalse(c.outputs().isEmpty(), c.toString()));
        }
    }
}
