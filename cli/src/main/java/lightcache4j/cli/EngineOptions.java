package lightcache4j.cli;

import lightcache4j.tensors.Backend;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;

/// What computes, and with how many threads.
final class EngineOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with; all processors if not given.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "What computes: cpu (the Vector API), gpu (TornadoVM; doctor says whether it can "
                            + "work here), or reference (plain loops, slow, the truth). The cpu if "
                            + "not given.")
    private @Nullable String backend;

    /// Opens the backend that is named, or the best that works here; where a better one does not,
    /// says so.
    ///
    /// @throws UsageFailure if there is no such backend, or the number of threads is none
    Backend open() {
        return chosen().open(threads());
    }

    /// The backend that is named, or the best that works here, not opened yet; where a better one
    /// does not, says so.
    ///
    /// @throws UsageFailure if there is no such backend, or it cannot work here
    Backend.Provider chosen() {
        PrintWriter err = command.commandLine().getErr();
        return Backends.choose(backend, line -> err.println("note: " + line));
    }

    /// @throws UsageFailure if it is none
    int threads() {
        if (threads < 1) {
            throw new UsageFailure("threads: is " + threads + ", wanted 1 or more");
        }
        return threads;
    }

    /// Whether no backend is named.
    boolean isUndecided() {
        return backend == null;
    }

    /// The backend that is named, or all of them.
    ///
    /// @throws UsageFailure if there is none of that name
    List<Backend.Provider> providers() {
        return backend == null ? Backends.all() : List.of(Backends.provider(backend));
    }
}
