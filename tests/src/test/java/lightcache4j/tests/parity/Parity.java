package lightcache4j.tests.parity;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// How far results may be from PyTorch's, and where they first are.
///
/// Two measures, both relative to the size of what was expected: the largest difference over the
/// largest value, and the mean square of the differences over that of the values. The first sees a
/// single wrong element, the second a small error everywhere.
public final class Parity {
    /// For components: largest difference over largest value.
    public static final double COMPONENT = 1e-4;

    /// For frames of whole pipelines, whose values are 0 to 1.
    public static final double FRAMES = 1e-3;

    private Parity() {}

    /// `max |a − b| / max |b|`; infinite if shapes differ or `actual` has a number that is not
    /// finite.
    public static double largest(Values expected, Values actual) {
        if (!Arrays.equals(expected.shape(), actual.shape())) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        double size = Float.MIN_NORMAL;
        for (int i = 0; i < expected.numbers().length; i++) {
            float a = actual.numbers()[i];
            float b = expected.numbers()[i];
            if (!Float.isFinite(a)) {
                return Double.POSITIVE_INFINITY;
            }
            difference = Math.max(difference, Math.abs((double) a - b));
            size = Math.max(size, Math.abs(b));
        }
        return difference / size;
    }

    /// `Σ (a − b)² / Σ b²`.
    public static double meanSquare(Values expected, Values actual) {
        double difference = 0;
        double size = Float.MIN_NORMAL;
        for (int i = 0; i < expected.numbers().length; i++) {
            double b = expected.numbers()[i];
            double d = actual.numbers()[i] - b;
            difference += d * d;
            size += b * b;
        }
        return difference / size;
    }

    /// Whether `actual` is as near to `expected` as `bound` asks.
    public static boolean near(Values expected, Values actual, double bound) {
        return largest(expected, actual) <= bound && meanSquare(expected, actual) <= bound * bound;
    }

    /// Fails unless `actual` is near to `expected`.
    ///
    /// @param where what the message begins with
    public static void assertNear(String where, Values expected, Values actual, double bound) {
        assertNear(where, expected, actual, bound, Map.of(), Map.of());
    }

    /// Fails unless `actual` is near to `expected`; then names the first site that drifts.
    ///
    /// @param expectedSites what sites put out in PyTorch, by path
    /// @param actualSites what sites put out here, in order of completion
    public static void assertNear(
            String where,
            Values expected,
            Values actual,
            double bound,
            Map<String, Values> expectedSites,
            Map<String, Values> actualSites) {
        if (!near(expected, actual, bound)) {
            fail(
                    "%s: %s; %s"
                            .formatted(
                                    where,
                                    difference(expected, actual, bound),
                                    firstDrift(expectedSites, actualSites, bound)
                                            .orElse("no site on the way drifts")));
        }
    }

    /// Fails at the first site that drifts (axes of length 1 do not count as a difference), and if
    /// no site has a counterpart.
    public static void assertSitesNear(
            String where,
            Map<String, Values> expectedSites,
            Map<String, Values> actualSites,
            double bound) {
        if (actualSites.keySet().stream().noneMatch(expectedSites::containsKey)) {
            fail(
                    "%s: sites are %s, wanted some of %s"
                            .formatted(where, actualSites.keySet(), expectedSites.keySet()));
        }
        firstDrift(expectedSites, actualSites, bound)
                .ifPresent(drift -> fail(where + ": " + drift));
    }

    private static Optional<String> firstDrift(
            Map<String, Values> expected, Map<String, Values> actual, double bound) {
        for (Map.Entry<String, Values> site : actual.entrySet()) {
            Values wanted = expected.get(site.getKey());
            Values found = site.getValue();
            if (wanted != null && !near(wanted.squeezed(), found.squeezed(), bound)) {
                String how = difference(wanted.squeezed(), found.squeezed(), bound);
                return Optional.of("the first site that drifts is " + site.getKey() + ": " + how);
            }
        }
        return Optional.empty();
    }

    private static String difference(Values expected, Values actual, double bound) {
        if (!Arrays.equals(expected.shape(), actual.shape())) {
            return "is %s, wanted %s".formatted(actual, expected);
        }
        return "differs by %.2e of the largest value and %.2e in mean square, wanted %.0e and %.0e"
                .formatted(
                        largest(expected, actual),
                        meanSquare(expected, actual),
                        bound,
                        bound * bound);
    }
}
