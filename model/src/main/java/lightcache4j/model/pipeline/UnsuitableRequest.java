package lightcache4j.model.pipeline;

import lightcache4j.tensors.EngineException;

/// A request that the checkpoint cannot take, such as a size that does not fit its patches.
public final class UnsuitableRequest extends EngineException {
    private static final long serialVersionUID = 1L;

    public UnsuitableRequest(String message) {
        super(message);
    }
}
