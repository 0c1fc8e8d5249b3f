package lightcache4j.model.text;

import lightcache4j.tensors.EngineException;

/// The files of a tokenizer are missing, broken, or ask for something that is not built here.
public final class MalformedTokenizer extends EngineException {
    private static final long serialVersionUID = 1L;

    public MalformedTokenizer(String message) {
        super(message);
    }

    public MalformedTokenizer(String message, Throwable cause) {
        super(message, cause);
    }
}
