package lightcache4j.tests.parity;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Workspace;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Every backend that works on this machine: what is shown of one is shown of all.
///
/// `-Dlightcache4j.tests.backend=gpu` leaves only that one. If it cannot work here, tests are
/// skipped, or fail where `-Dlightcache4j.gpu.required=true` says that there must be a device.
public final class Backends {
    private static final int THREADS = 2;
    private static final String ONLY = "lightcache4j.tests.backend";
    private static final String REQUIRED = "lightcache4j.gpu.required";

    private Backends() {}

    /// Those that do not refuse this machine, the preferred one first.
    public static List<Backend.Provider> all() {
        String only = System.getProperty(ONLY);
        if (only != null) {
            return List.of(working(only));
        }
        return found().filter(provider -> provider.refusal().isEmpty())
                .sorted((a, b) -> Integer.compare(b.preference(), a.preference()))
                .toList();
    }

    private static Stream<Backend.Provider> found() {
        return ServiceLoader.load(Backend.Provider.class).stream().map(ServiceLoader.Provider::get);
    }

    /// The one of this name, whether it refuses or not.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Backend.Provider named(String name) {
        return found().filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no backend " + name));
    }

    /// The one of this name. If it refuses, the test is skipped, or fails if a GPU is required.
    public static Backend.Provider working(String name) {
        Backend.Provider provider = named(name);
        provider.refusal()
                .ifPresent(
                        refusal -> {
                            if (Boolean.getBoolean(REQUIRED)) {
                                Assertions.fail(refusal);
                            }
                            Assumptions.abort(refusal);
                        });
        return provider;
    }

    /// The one that is used where nothing is asked for.
    public static Backend.Provider preferred() {
        return all().getFirst();
    }

    /// Each case on each backend, for a `@MethodSource`.
    public static Stream<Arguments> each(Stream<FixtureCase> cases) {
        List<Backend.Provider> backends = all();
        return cases.flatMap(
                c -> backends.stream().map(b -> Arguments.of(c, Named.of(b.name(), b))));
    }

    /// Computes `body` in a workspace of a fresh backend, then holds that nothing is left
    /// allocated.
    ///
    /// @return what the body gives, which must not live in the workspace
    public static <T> T compute(Backend.Provider provider, Supplier<T> body) {
        MemoryLedger ledger = new MemoryLedger();
        try (Backend backend = provider.open(THREADS)) {
            T result;
            try (Workspace workspace = new Workspace(backend, ledger)) {
                result = workspace.in(body);
            }
            for (Pool pool : List.of(Pool.HOST, Pool.DEVICE)) {
                Assertions.assertEquals(0, ledger.current(pool), "bytes left in " + pool.label());
            }
            return result;
        }
    }
}
