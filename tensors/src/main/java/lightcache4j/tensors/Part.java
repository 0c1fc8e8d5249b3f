package lightcache4j.tensors;

/// What bytes are held for, in an account of memory over time. A workspace says it for all that it
/// owns.
public enum Part {
    /// What a model computes with, freed as it goes.
    ACTIVATIONS("activations"),
    /// What caching keeps from one denoising step for another.
    FEATURES("kept features"),
    /// The frames that a causal coder looks back at.
    STATE("coder state"),
    /// What left working memory between uses.
    SWAPPED("swapped out"),
    /// Weights, where they are streamed, or copied to where a backend computes.
    WEIGHTS("weights");

    private final String label;

    Part(String label) {
        this.label = label;
    }

    /// The part's name in reports.
    public String label() {
        return label;
    }
}
