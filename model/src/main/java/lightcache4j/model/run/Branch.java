package lightcache4j.model.run;

/// The two predictions that classifier-free guidance combines. Caches keep their state apart for
/// each.
public enum Branch {
    /// Under the prompt.
    CONDITIONAL,
    /// Under the negative prompt.
    UNCONDITIONAL
}
