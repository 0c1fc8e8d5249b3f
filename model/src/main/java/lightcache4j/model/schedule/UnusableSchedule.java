package lightcache4j.model.schedule;

import lightcache4j.tensors.EngineException;

/// A run asks for noise levels that a scheduler cannot give.
public final class UnusableSchedule extends EngineException {
    private static final long serialVersionUID = 1L;

    public UnusableSchedule(String message) {
        super(message);
    }
}
