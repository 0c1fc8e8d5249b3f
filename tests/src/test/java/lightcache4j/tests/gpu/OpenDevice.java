package lightcache4j.tests.gpu;

import lightcache4j.tensors.Backend;
import lightcache4j.tests.parity.Backends;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.Objects;

/// The device's backend, open while a test runs; if it cannot work here, the test is skipped, or
/// fails if a GPU is required.
final class OpenDevice implements BeforeEachCallback, AfterEachCallback {
    private @Nullable Backend backend;

    Backend backend() {
        return Objects.requireNonNull(backend);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        backend = Backends.working("gpu").open(1);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (backend != null) {
            backend.close();
        }
    }
}
