package lightcache4j.model.pipeline;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Session;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;

import java.util.function.Function;

/// What a generation runs on, and who watches.
///
/// @param backend what computes
/// @param ledger what counts bytes
/// @param listener who is told of progress
/// @param sessions how the denoiser is run, for each guidance branch; called once per branch and
///   generation
public record Engine(
        Backend backend,
        MemoryLedger ledger,
        Listener listener,
        Function<Branch, Session> sessions) {

    /// Everything computed, every step, freed as it goes.
    public static Engine plain(Backend backend, MemoryLedger ledger, Listener listener) {
        return new Engine(backend, ledger, listener, _ -> Session.PLAIN);
    }
}
