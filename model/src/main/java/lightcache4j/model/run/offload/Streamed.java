package lightcache4j.model.run.offload;

/// What came into memory of weights in a stage.
///
/// @param peakBytes the most bytes of weights that were kept in memory at once. They are no part of
///   what tensors held: the two together are what the stage took at most
/// @param fetchedBytes bytes fetched; weights that were evicted and fetched again count again
/// @param fetchSeconds time that fetching took, on the thread that fetches
/// @param waitSeconds time that computing waited for it
public record Streamed(long peakBytes, long fetchedBytes, double fetchSeconds, double waitSeconds) {

    /// The share of the time for fetching that passed behind computation, 0 to 1; 1 if nothing was
    /// fetched.
    public double hidden() {
        return fetchSeconds == 0 ? 1 : Math.max(0, 1 - waitSeconds / fetchSeconds);
    }
}
