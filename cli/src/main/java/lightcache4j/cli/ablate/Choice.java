package lightcache4j.cli.ablate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which policy the rows `cache…` and `lightcache` run where none is asked for: of those with a
/// PSNR of 25 dB or more against the baseline on a trial clip the one that denoises fastest; if
/// none has that, the one that is nearest.
///
/// @param policy as `--cache` takes it
/// @param why it is that one
public record Choice(String policy, String why) {
    /// What counts as near enough, in decibels.
    static final double LEAST_PSNR = 25;

    /// How a policy did on the trial clip.
    ///
    /// @param policy as `--cache` takes it
    /// @param seconds of denoising, the least of several runs
    /// @param psnr against the baseline, in decibels
    public record Trial(String policy, double seconds, double psnr) {}

    /// The policy that was asked for.
    static Choice given(String policy) {
        return new Choice(policy, "asked for");
    }

    /// The best of `trials`; empty if there are none.
    public static Optional<Choice> of(List<Trial> trials) {
        Optional<Trial> fastest =
                trials.stream()
                        .filter(trial -> trial.psnr() >= LEAST_PSNR)
                        .min(Comparator.comparingDouble(Trial::seconds));
        if (fastest.isPresent()) {
            return fastest.map(
                    trial ->
                            choice(trial, "the fastest of those with %.0f dB or more", LEAST_PSNR));
        }
        return trials.stream()
                .max(Comparator.comparingDouble(Trial::psnr))
                .map(trial -> choice(trial, "none has %.0f dB, this one is nearest", LEAST_PSNR));
    }

    private static Choice choice(Trial trial, String reason, double bound) {
        return new Choice(
                trial.policy(),
                String.format(
                        Locale.ROOT,
                        reason + " on a trial clip (it had %.1f); --cache takes another",
                        bound,
                        trial.psnr()));
    }
}
