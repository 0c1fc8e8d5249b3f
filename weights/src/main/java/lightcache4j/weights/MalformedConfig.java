package lightcache4j.weights;

import lightcache4j.tensors.EngineException;

/// A JSON file of a checkpoint is not what its class reads.
public final class MalformedConfig extends EngineException {
    private static final long serialVersionUID = 1L;

    public MalformedConfig(String message) {
        super(message);
    }

    public MalformedConfig(String message, Throwable cause) {
        super(message, cause);
    }
}
