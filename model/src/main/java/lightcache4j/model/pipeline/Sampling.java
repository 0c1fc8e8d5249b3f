package lightcache4j.model.pipeline;

/// How to go from noise to a clip.
///
/// @param steps denoising steps, at least 1
/// @param guidance weight of the prompt over the negative prompt (classifier-free guidance,
///   arXiv:2207.12598); at 1 or below the negative prompt is not computed
/// @param guidanceRescale how far the guided prediction is brought back to the deviation of the
///   unguided one, 0 to 1 (arXiv:2305.08891, section 3.4)
/// @param seed of the noise; equal to a PyTorch CPU generator's
/// @param maxSequenceLength tokens that the prompt is padded or cut to
public record Sampling(
        int steps, float guidance, float guidanceRescale, long seed, int maxSequenceLength) {

    /// What diffusers uses where nothing is asked for.
    public static final Sampling DEFAULT = new Sampling(50, 5, 0, 0, 256);

    /// The same from other noise.
    public Sampling withSeed(long other) {
        return new Sampling(steps, guidance, guidanceRescale, other, maxSequenceLength);
    }

    /// Whether the negative prompt counts.
    public boolean guided() {
        return guidance > 1;
    }
}
