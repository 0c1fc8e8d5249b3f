package lightcache4j.model.budget;

import lightcache4j.tensors.EngineException;

/// No plan holds as little as was allowed.
public final class InsufficientBudget extends EngineException {
    private static final long serialVersionUID = 1L;

    private final long budget;
    private final long least;

    InsufficientBudget(long budget, long least, String message) {
        super(message);
        this.budget = budget;
        this.least = least;
    }

    /// Bytes that were allowed.
    public long budget() {
        return budget;
    }

    /// The least bytes that would do.
    public long least() {
        return least;
    }
}
