package lightcache4j.kernels.vector;

import lightcache4j.tensors.Backend;

import java.util.Optional;

/// Offers the Vector API's kernels under the name `cpu`, where the JVM was started with the module
/// that has them.
public final class CpuProvider implements Backend.Provider {
    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public int preference() {
        return 10;
    }

    @Override
    public Optional<String> refusal() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                "cpu: the module jdk.incubator.vector is not resolved, wanted for the Vector API;"
                        + " start java with --add-modules jdk.incubator.vector");
    }

    /// @throws IllegalArgumentException if `threads` is below 1
    @Override
    public Backend open(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("cpu: threads is " + threads + ", wanted 1 or more");
        }
        return new CpuBackend(threads);
    }
}
