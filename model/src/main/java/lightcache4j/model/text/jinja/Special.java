package lightcache4j.model.text.jinja;

/// Values that are no data.
public enum Special {
    /// Python's `None`.
    NONE,
    /// What a name without a value stands for: it prints as nothing, and has no attributes.
    UNDEFINED
}
