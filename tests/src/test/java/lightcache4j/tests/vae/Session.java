package lightcache4j.tests.vae;

import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Checkpoint;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// An autoencoder from disk on a backend, and the ledger that counts what it takes.
final class Session implements AutoCloseable {
    private final Backend backend;
    private final Checkpoint checkpoint;
    private final MemoryLedger ledger = new MemoryLedger();
    private final Workspace workspace;
    private final AutoencoderKLMagvit vae;

    Session(Backend backend, Path model) {
        this.backend = backend;
        this.workspace = new Workspace(backend, ledger);
        this.checkpoint = Checkpoint.open(model);
        this.vae = AutoencoderKLMagvit.load(checkpoint.config(), checkpoint.weights());
    }

    /// On the backend of that name.
    static Session open(String backend, Path model) {
        return new Session(provider(backend).open(2), model);
    }

    /// The backend of that name.
    static Backend.Provider provider(String backend) {
        return providers().stream()
                .filter(provider -> provider.name().equals(backend))
                .findFirst()
                .orElseThrow();
    }

    /// On the backend that a user would get.
    static Session open(Path model) {
        return open(providers().getFirst().name(), model);
    }

    /// Every backend that can work here, the preferred one first.
    static List<String> backends() {
        List<String> names = providers().stream().map(Backend.Provider::name).toList();
        if (!names.contains("reference")) {
            throw new IllegalStateException("backends are " + names + ", wanted the reference too");
        }
        return names;
    }

    private static List<Backend.Provider> providers() {
        return ServiceLoader.load(Backend.Provider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.refusal().isEmpty())
                .sorted(Comparator.comparingInt(Backend.Provider::preference).reversed())
                .toList();
    }

    AutoencoderKLMagvit vae() {
        return vae;
    }

    Workspace workspace() {
        return workspace;
    }

    MemoryLedger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        workspace.close();
        backend.close();
        checkpoint.close();
    }
}
