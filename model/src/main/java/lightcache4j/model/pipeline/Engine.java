package lightcache4j.model.pipeline;

import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.offload.Offloading;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;

/// What a generation runs on, and who watches.
///
/// @param backend what computes
/// @param ledger what counts bytes
/// @param listener who is told of progress
/// @param sessions how the denoiser is run; asked once per generation
/// @param economy what is done to take less memory
public record Engine(
        Backend backend,
        MemoryLedger ledger,
        Listener listener,
        SessionFactory sessions,
        Economy economy) {

    /// With no more than what costs nothing to take less memory.
    public Engine(
            Backend backend, MemoryLedger ledger, Listener listener, SessionFactory sessions) {
        this(backend, ledger, listener, sessions, Economy.DEFAULT);
    }

    /// Where weights will be in one generation.
    Offloading offloading() {
        return new Offloading(economy.offload(), backend, ledger);
    }

    /// Everything computed, every step, freed as it goes.
    public static Engine plain(Backend backend, MemoryLedger ledger, Listener listener) {
        return new Engine(backend, ledger, listener, SessionFactory.PLAIN);
    }
}
