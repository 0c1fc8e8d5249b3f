package lightcache4j.kernels.reference;

import lightcache4j.tensors.Backend;

import java.util.Optional;

/// Offers the plain loops under the name `reference`, to those who ask for them and where nothing
/// faster works.
public final class ReferenceProvider implements Backend.Provider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Optional<String> refusal() {
        return Optional.empty();
    }

    /// @param threads at least 1; the plain loops use one whatever is given
    @Override
    public Backend open(int threads) {
        return new ReferenceBackend();
    }
}
