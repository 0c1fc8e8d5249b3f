package lightcache4j.tests.ops;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// No backend loses a NaN on its way.
class NotANumberTest {
    static Stream<Backend.Provider> providers() {
        return Backends.all().stream();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void ofOneQueryIsInItsResult(Backend.Provider provider) {
        for (int queries : new int[] {1, 5, 100}) {
            NotANumber.ofOneQueryIsInItsResult(provider.open(2), queries);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void ofAnActivationStays(Backend.Provider provider) {
        for (Activation activation : Activation.values()) {
            NotANumber.ofAnActivationStays(provider.open(2), activation);
        }
    }
}
