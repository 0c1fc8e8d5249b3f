package lightcache4j.cli;

import lightcache4j.tensors.EngineException;

/// A request would take more memory than there is.
final class InsufficientMemory extends EngineException {
    private static final long serialVersionUID = 1L;

    InsufficientMemory(String message) {
        super(message);
    }
}
