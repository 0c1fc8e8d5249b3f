package lightcache4j.cli;

import lightcache4j.tensors.Backend;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/// What computes, and with how many threads.
final class EngineOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with; all processors if not given.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "What computes: cpu (the Vector API), or reference (plain loops, slow, the "
                            + "truth). The best that works here if not given.")
    private @Nullable String backend;

    /// @throws UsageFailure if there is no such backend, or the number of threads is none
    Backend open() {
        if (threads < 1) {
            throw new UsageFailure("threads: is " + threads + ", wanted 1 or more");
        }
        return Backends.open(backend, threads);
    }
}
