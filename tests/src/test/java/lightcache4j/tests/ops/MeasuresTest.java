package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Random;
import java.util.stream.Stream;

/// The operations that measure instead of giving a tensor.
class MeasuresTest {
    private static final int[] SIZES = {1, 2, 3, 17, 16384, 16385, 100001};

    static Stream<Backend.Provider> providers() {
        return Backends.all().stream();
    }

    private static float[] values(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (1000 + random.nextGaussian()); // a careless variance would cancel
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void momentsAreThoseOfTheNumbers(Backend.Provider provider) {
        try (Backend backend = provider.open(3)) {
            for (int n : SIZES) {
                float[] x = values(n, n);
                double mean = 0;
                for (float v : x) {
                    mean += v / (double) n;
                }
                double variance = 0;
                for (float v : x) {
                    variance += (v - mean) * (v - mean) / n;
                }
                Moments moments = backend.ops().moments(Tensor.of(x, n));
                assertEquals(n, moments.count());
                assertEquals(mean, moments.mean(), 1e-9);
                assertEquals(variance, moments.variance(), 1e-9);
                assertEquals(mean, moments.meanAbsolute(), 1e-9);
                assertTrue(moments.finite());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void oneNumberThatIsNotFiniteIsSeen(Backend.Provider provider) {
        try (Backend backend = provider.open(3)) {
            for (float odd :
                    new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                for (int at : new int[] {0, 16383, 40000}) {
                    float[] x = values(40001, 1);
                    x[at] = odd;
                    assertFalse(backend.ops().moments(Tensor.of(x, x.length)).finite());
                }
            }
            float[] large = {Float.MAX_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE};
            assertTrue(backend.ops().moments(Tensor.of(large, 3)).finite());
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void absoluteDifferencesAddUp(Backend.Provider provider) {
        try (Backend backend = provider.open(3)) {
            for (int n : SIZES) {
                float[] a = values(n, n);
                float[] b = values(n, n + 1);
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += Math.abs((double) a[i] - b[i]);
                }
                double found = backend.ops().absoluteDifference(Tensor.of(a, n), Tensor.of(b, n));
                assertEquals(sum, found, sum * 1e-12);
            }
        }
    }
}
