package lightcache4j.model.run.swap;

/// What was swapped, and what it cost.
///
/// @param bytesOut copied out of working memory
/// @param bytesIn copied back
/// @param copySeconds time that the copying thread was busy
/// @param waitSeconds time that computation waited for it; the rest of the copying was hidden
public record Swapped(long bytesOut, long bytesIn, double copySeconds, double waitSeconds) {

    /// Nothing.
    public static final Swapped NONE = new Swapped(0, 0, 0, 0);

    /// Both together.
    public Swapped plus(Swapped other) {
        return new Swapped(
                bytesOut + other.bytesOut,
                bytesIn + other.bytesIn,
                copySeconds + other.copySeconds,
                waitSeconds + other.waitSeconds);
    }

    /// Bytes copied in either direction.
    public long bytes() {
        return bytesOut + bytesIn;
    }

    /// The part of the copying that no computation waited for, 0 to 1; 1 if nothing was copied.
    public double hidden() {
        return copySeconds == 0 ? 1 : Math.max(0, 1 - waitSeconds / copySeconds);
    }
}
