package lightcache4j.cli.media;

import java.util.List;
import java.util.OptionalDouble;

/// How much moves in a clip from frame to frame, and how far that is from another clip.
///
/// With `x(t)` the samples of frame `t` in 0 to 1, the motion energy of a pair of frames is `E(t) =
/// mean (x(t+1) − x(t))²`. The temporal deviation of a clip from a reference with energies `E₀` is
/// `mean over t of |E(t) − E₀(t)| / max(E₀(t), ε)`. It sees what PSNR and SSIM cannot: a clip that
/// has come to stand still, or that flickers, frame by frame near enough. `ε` is the energy of half
/// a step of 8 bits in every sample, (0.5 / 255)²: less motion than that cannot be shown.
///
/// After the temporal deviation of frame-to-frame motion energy in Unsloth's
/// `scripts/video_quality.py`.
public final class Motion {
    private static final double LEAST = 0.25 / (255 * 255);

    private Motion() {}

    /// The motion energies of a clip: one fewer than it has frames.
    public static double[] energies(List<Frame> frames) {
        double[] energies = new double[Math.max(0, frames.size() - 1)];
        for (int t = 0; t < energies.length; t++) {
            energies[t] = energy(frames.get(t).rgb(), frames.get(t + 1).rgb());
        }
        return energies;
    }

    private static double energy(float[] before, float[] after) {
        double squares = 0;
        for (int i = 0; i < before.length; i++) {
            double change = (double) after[i] - before[i];
            squares += change * change;
        }
        return squares / before.length;
    }

    /// The temporal deviation; empty for a single frame.
    ///
    /// @param energies of the clip
    /// @param reference of the one it is compared with; as many
    public static OptionalDouble deviation(double[] energies, double[] reference) {
        if (energies.length != reference.length) {
            throw new IllegalArgumentException(
                    "motion: %d energies and %d, wanted as many"
                            .formatted(energies.length, reference.length));
        }
        double sum = 0;
        for (int t = 0; t < energies.length; t++) {
            sum += Math.abs(energies[t] - reference[t]) / Math.max(reference[t], LEAST);
        }
        return energies.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sum / energies.length);
    }
}
