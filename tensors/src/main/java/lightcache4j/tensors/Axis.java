package lightcache4j.tensors;

/// What an axis of a feature means. Names, where an index would have to be explained.
public enum Axis {
    /// Time, in latent or pixel frames.
    FRAME,
    /// Height.
    ROW,
    /// Width.
    COLUMN,
    /// Features of one position.
    CHANNEL,
    /// Positions of a sequence, whatever they stand for.
    TOKEN,
    /// Positions that ask in attention, while all keys stay in sight.
    QUERY
}
