package lightcache4j.cli;

import lightcache4j.tensors.Backend;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// Picks what computes, and says why it refuses what it refuses.
final class Backends {
    private Backends() {}

    /// Opens a backend.
    ///
    /// @param name of the one to open; null for the best that works here
    /// @param threads to compute with
    /// @throws UsageFailure if there is none of that name, or it cannot work here
    static Backend open(@Nullable String name, int threads) {
        List<Backend.Provider> providers =
                ServiceLoader.load(Backend.Provider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .sorted(Comparator.comparingInt(Backend.Provider::preference).reversed())
                        .toList();
        return name == null ? best(providers, threads) : named(providers, name, threads);
    }

    private static Backend named(List<Backend.Provider> providers, String name, int threads) {
        for (Backend.Provider provider : providers) {
            if (provider.name().equals(name)) {
                Optional<String> refusal = provider.refusal();
                if (refusal.isPresent()) {
                    throw new UsageFailure("backend: " + refusal.get());
                }
                return provider.open(threads);
            }
        }
        throw new UsageFailure(
                "backend: there is no %s, wanted one of %s".formatted(name, names(providers)));
    }

    private static Backend best(List<Backend.Provider> providers, int threads) {
        List<String> refusals = new ArrayList<>();
        for (Backend.Provider provider : providers) {
            if (provider.preference() < 0) {
                continue;
            }
            Optional<String> refusal = provider.refusal();
            if (refusal.isEmpty()) {
                return provider.open(threads);
            }
            refusals.add(refusal.get());
        }
        throw new UsageFailure(
                "backend: none works here (%s), wanted one; --backend takes %s"
                        .formatted(String.join("; ", refusals), names(providers)));
    }

    private static String names(List<Backend.Provider> providers) {
        return providers.stream().map(Backend.Provider::name).collect(Collectors.joining(", "));
    }
}
