package lightcache4j.bench;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Tensor;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.ServiceLoader;

/// A case on an open backend, verified against the reference before anything is timed.
public final class Timed implements AutoCloseable {
    private final Backend backend;
    private final OpCase opCase;
    private final Tensor out;

    /// Counts what was done beside how often: JMH prints both per second.
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Physics {
        /// Billions of floating-point operations.
        public double gigaflop;

        /// Billions of bytes that had to be moved.
        public double gigabyte;
    }

    private Timed(Backend backend, OpCase opCase) {
        this.backend = backend;
        this.opCase = opCase;
        this.out = opCase.result();
    }

    /// @throws IllegalStateException if the backend's result is off by more than the case's bound
    static Timed open(String name, int threads, OpCase opCase) {
        return open(name, threads, opCase, "reference", 1);
    }

    /// As [#open], but for sizes that would take the reference hours: held against the CPU's
    /// kernels, which are held against the reference at smaller ones.
    static Timed openLarge(String name, OpCase opCase) {
        int all = Runtime.getRuntime().availableProcessors();
        return open(name, all, opCase, "cpu", all);
    }

    private static Timed open(
            String name, int threads, OpCase opCase, String against, int itsThreads) {
        float[] expected;
        try (Backend reference = backend(against, itsThreads)) {
            expected = opCase.run(reference.ops()).toFloats();
        }
        Backend backend = backend(name, threads);
        double error = OpCase.error(expected, opCase.run(backend.ops()).toFloats());
        if (!(error <= opCase.bound())) {
            backend.close();
            throw new IllegalStateException(
                    "%s: %s is off by %.1e, bound %.1e; timing it would mean nothing"
                            .formatted(name, opCase, error, opCase.bound()));
        }
        return new Timed(backend, opCase);
    }

    /// As [#open], but unverified: for sizes that would take the reference hours, beside smaller
    /// ones of the same kind.
    static Timed trust(int threads, OpCase opCase) {
        return new Timed(backend("cpu", threads), opCase);
    }

    private static Backend backend(String name, int threads) {
        for (Backend.Provider provider : ServiceLoader.load(Backend.Provider.class)) {
            if (provider.name().equals(name)) {
                provider.refusal()
                        .ifPresent(
                                reason -> {
                                    throw new IllegalStateException(reason);
                                });
                return provider.open(threads);
            }
        }
        throw new IllegalStateException("bench: there is no backend " + name);
    }

    /// Computes the case once.
    Tensor run(Physics physics) {
        opCase.body().accept(backend.ops(), out);
        physics.gigaflop += opCase.work() / 1e9;
        physics.gigabyte += opCase.bytes() / 1e9;
        return out;
    }

    @Override
    public void close() {
        backend.close();
    }
}
