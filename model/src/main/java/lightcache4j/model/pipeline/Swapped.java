package lightcache4j.model.pipeline;

/// What was moved out of working memory and back.
///
/// @param bytesOut moved out
/// @param bytesIn moved back
/// @param copySeconds that the copies took, both ways
/// @param waitSeconds that computing stood still for them
public record Swapped(long bytesOut, long bytesIn, double copySeconds, double waitSeconds) {
    /// Nothing was moved.
    public static final Swapped NONE = new Swapped(0, 0, 0, 0);
}
