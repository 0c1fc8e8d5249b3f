package lightcache4j.tensors;

/// The base of every failure that a user can cause or mend. The message is one line in the form
/// *where: what is, what was wanted; hint*, fit to be printed without a stack trace.
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
