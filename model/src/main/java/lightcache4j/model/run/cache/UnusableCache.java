package lightcache4j.model.run.cache;

import lightcache4j.tensors.EngineException;

/// A caching policy that is not known, is set up in a way that means nothing, or does not suit the
/// model.
public final class UnusableCache extends EngineException {
    private static final long serialVersionUID = 1L;

    UnusableCache(String message) {
        super(message);
    }

    UnusableCache(String message, Throwable cause) {
        super(message, cause);
    }
}
