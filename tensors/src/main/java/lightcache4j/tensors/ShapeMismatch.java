package lightcache4j.tensors;

/// An operation was given tensors whose shapes or types do not fit each other.
public final class ShapeMismatch extends EngineException {
    private static final long serialVersionUID = 1L;

    private final String operation;

    /// @param operation the operation that refused, such as `attention`
    /// @param reason what is, and what was wanted
    public ShapeMismatch(String operation, String reason) {
        super(operation + ": " + reason);
        this.operation = operation;
    }

    /// The operation that refused.
    public String operation() {
        return operation;
    }
}
