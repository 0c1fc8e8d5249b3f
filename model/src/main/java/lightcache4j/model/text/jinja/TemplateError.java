package lightcache4j.model.text.jinja;

import lightcache4j.tensors.EngineException;

/// A template is malformed, has something not built here, refuses its input, or goes beyond its
/// budget.
public final class TemplateError extends EngineException {
    private static final long serialVersionUID = 1L;

    public TemplateError(String message) {
        super(message);
    }
}
