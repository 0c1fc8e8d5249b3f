package lightcache4j.tensors;

/// What [Ops#moments] measures over the elements of a tensor.
///
/// @param count number of elements
/// @param mean their mean
/// @param variance their variance, divided by `count` (the biased one)
/// @param meanAbsolute mean of their absolute values
/// @param finite whether none is NaN or infinite; if not, the other figures mean nothing
public record Moments(
        long count, double mean, double variance, double meanAbsolute, boolean finite) {

    /// The deviation that `torch.std` computes: variance divided by `count − 1`, square root.
    public double sampleDeviation() {
        return Math.sqrt(variance * count / (count - 1));
    }
}
