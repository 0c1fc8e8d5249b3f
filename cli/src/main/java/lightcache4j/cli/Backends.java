package lightcache4j.cli;

import lightcache4j.tensors.Backend;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Picks what computes, and says why it refuses what it refuses.
final class Backends {
    /// Why there is no provider of the name `gpu`: the launcher leaves its module out, and the
    /// options of the JVM that it needs, where it finds no SDK.
    static final String NO_GPU =
            "gpu: no TornadoVM SDK was found at TORNADOVM_HOME or among SDKMAN's, wanted"
                    + " 5.2.0-jdk25; get one with sdk install tornadovm 5.2.0-jdk25-opencl (or"
                    + " -cuda) or from https://www.tornadovm.org, see docs/gpu.md";

    private Backends() {}

    /// Picks a backend that works here.
    ///
    /// @param name of the one wanted; null for the best
    /// @param notice is told why a better one does not work
    /// @throws UsageFailure if there is none of that name, or it cannot work here
    static Backend.Provider choose(@Nullable String name, Consumer<String> notice) {
        return name == null ? best(all(), notice) : named(name);
    }

    /// Every one that was built, the preferred one first, whether it can work here or not.
    static List<Backend.Provider> all() {
        return ServiceLoader.load(Backend.Provider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Backend.Provider::preference).reversed())
                .toList();
    }

    /// The one of that name, whether it can work here or not.
    ///
    /// @throws UsageFailure if there is none
    static Backend.Provider provider(String name) {
        List<Backend.Provider> providers = all();
        for (Backend.Provider provider : providers) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new UsageFailure(
                name.equals("gpu")
                        ? "backend: " + NO_GPU
                        : "backend: there is no %s, wanted one of %s"
                                .formatted(name, names(providers)));
    }

    private static Backend.Provider named(String name) {
        Backend.Provider provider = provider(name);
        Optional<String> refusal = provider.refusal();
        if (refusal.isPresent()) {
            throw new UsageFailure("backend: " + refusal.get());
        }
        return provider;
    }

    private static Backend.Provider best(
            List<Backend.Provider> providers, Consumer<String> notice) {
        List<String> refusals = new ArrayList<>();
        for (Backend.Provider provider : providers) {
            if (provider.preference() < 0) {
                continue;
            }
            Optional<String> refusal = provider.refusal();
            if (refusal.isEmpty()) {
                if (!refusals.isEmpty()) {
                    notice.accept(
                            "backend: %s; computing with %s, which is slow"
                                    .formatted(String.join("; ", refusals), provider.name()));
                }
                return provider;
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
