package lightcache4j.tests.vae;

import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.Checkpoint;

import java.nio.file.Path;
import java.util.List;

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
        return Backends.working(backend);
    }

    /// On the backend that a user would get.
    static Session open(Path model) {
        return new Session(Backends.preferred().open(2), model);
    }

    /// Every backend that can work here, the preferred one first.
    static List<String> backends() {
        return Backends.all().stream().map(Backend.Provider::name).toList();
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

    /// What tensors hold now, wherever the backend computes.
    long bytesHeld() {
        return ledger.current(Pool.HOST) + ledger.current(Pool.DEVICE);
    }

    @Override
    public void close() {
        workspace.close();
        backend.close();
        checkpoint.close();
    }
}
