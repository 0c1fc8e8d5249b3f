package lightcache4j.cli;

import lightcache4j.tensors.EngineException;

/// Options that the command line understands, but that do not go together or name nothing.
final class UsageFailure extends EngineException {
    private static final long serialVersionUID = 1L;

    UsageFailure(String message) {
        super(message);
    }
}
