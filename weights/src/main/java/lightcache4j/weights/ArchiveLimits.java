package lightcache4j.weights;

/// How far an archive is trusted. Weights hardly compress, so an archive that grows many times over
/// when it is unpacked is no model, but a bomb.
///
/// @param bytes the most that it may unpack to
/// @param ratio the most that it may unpack to as a multiple of its own size; not applied to the
///   first 64 MiB, for small text compresses well
/// @param entries the most files and folders that it may hold
public record ArchiveLimits(long bytes, long ratio, int entries) {
    /// 64 GiB, 20 times its size, 10,000 entries.
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(64L << 30, 20, 10_000);

    /// No limits, for an archive that is trusted.
    public static final ArchiveLimits NONE =
            new ArchiveLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);

    static final long RATIO_FREE = 64L << 20;
}
