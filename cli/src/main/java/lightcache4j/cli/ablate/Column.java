package lightcache4j.cli.ablate;

/// A number of a row. All views list these, in this order.
public enum Column {
    ENCODE_SECONDS("seconds.encode"),
    DENOISE_SECONDS("seconds.denoise"),
    DECODE_SECONDS("seconds.decode"),
    TOTAL_SECONDS("seconds.total"),
    ENCODE_PEAK("peakBytes.encode"),
    DENOISE_PEAK("peakBytes.denoise"),
    DECODE_PEAK("peakBytes.decode"),
    /// The highest of the stages' peaks.
    TOTAL_PEAK("peakBytes.total"),
    ENCODE_DEVICE("deviceBytes.encode"),
    DENOISE_DEVICE("deviceBytes.denoise"),
    DECODE_DEVICE("deviceBytes.decode"),
    /// The highest of the stages' peaks on the device.
    TOTAL_DEVICE("deviceBytes.total"),
    /// How many times as fast as the baseline's the denoising stage is.
    SPEEDUP("speedup"),
    /// How many times as fast as the baseline's the whole run is.
    TOTAL_SPEEDUP("speedupTotal"),
    /// The most bytes that caching kept at once, in working memory or out of it.
    KEPT_BYTES("keptBytes"),
    /// Bytes moved out of working memory and back, the sum of both.
    SWAPPED_BYTES("swappedBytes"),
    SWAP_COPY_SECONDS("swapCopySeconds"),
    /// What of the copying computing stood still for.
    SWAP_WAIT_SECONDS("swapWaitSeconds"),
    /// Steps at which nothing was reused; the mean of the guidance branches.
    STEPS_COMPUTED("stepsComputed"),
    STEPS_REUSED("stepsReused"),
    /// In decibels, against the baseline from the same noise; at most 100.
    PSNR("psnr"),
    SSIM("ssim"),
    TEMPORAL_DEVIATION("temporalDeviation");

    private final String path;

    Column(String path) {
        this.path = path;
    }

    /// Its name in CSV and JSON, where a dot goes into an object.
    public String path() {
        return path;
    }
}
