package lightcache4j.weights;

import lightcache4j.tensors.EngineException;

/// A folder or file of a model is missing, cannot be read, or is not in a layout that the engine
/// knows.
public final class UnreadableModel extends EngineException {
    private static final long serialVersionUID = 1L;

    public UnreadableModel(String message) {
        super(message);
    }

    public UnreadableModel(String message, Throwable cause) {
        super(message, cause);
    }
}
