package lightcache4j.cli.timeline;

/// What a span of time went into.
public enum Lane {
    /// Sites of a model, nested.
    SITE("computing"),
    /// The computing thread waited for a copy or for weights.
    WAIT("waiting"),
    /// Something kept left working memory.
    OUT("copying out"),
    /// Something kept came back.
    IN("copying in"),
    /// Weights were brought into memory.
    FETCH("fetching weights");

    private final String label;

    Lane(String label) {
        this.label = label;
    }

    /// Its name for people.
    public String label() {
        return label;
    }
}
