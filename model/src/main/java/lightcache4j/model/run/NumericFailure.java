package lightcache4j.model.run;

import lightcache4j.tensors.EngineException;

/// Numbers stopped being numbers: a result holds NaN or an infinity.
public final class NumericFailure extends EngineException {
    private static final long serialVersionUID = 1L;

    /// @param message where it is, what it is, what was wanted
    public NumericFailure(String message) {
        super(message);
    }
}
