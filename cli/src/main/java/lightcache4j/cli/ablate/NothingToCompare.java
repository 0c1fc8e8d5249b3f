package lightcache4j.cli.ablate;

import lightcache4j.tensors.EngineException;

/// An experiment has no policy to run.
public final class NothingToCompare extends EngineException {
    private static final long serialVersionUID = 1L;

    NothingToCompare(String message) {
        super(message);
    }
}
