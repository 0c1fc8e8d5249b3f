package lightcache4j.model.run.swap;

/// Something kept whose turn to be used comes round again and again.
interface Turn {
    /// Has it brought back without waiting, if its owner foresees a use.
    void aheadIfForeseen();
}
