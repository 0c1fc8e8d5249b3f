package lightcache4j.cli.ablate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which policy the rows `cache…` and `lightcache` run where none is asked for: of those that keep
/// a trial clip within 25 dB of the baseline's the one that denoises it fastest; if none does, the
/// one that is nearest.
///
/// @param policy as `--cache` takes it
/// @param why it is that one
record Choice(String policy, String why) {
    /// What counts as near enough, in decibels.
    static final double LEAST_PSNR = 25;

    /// How a policy did on the trial clip.
    record Trial(String policy, double seconds, double psnr) {}

    /// The best of `trials`; empty if there are none.
    static Optional<Choice> of(List<Trial> trials) {
        Optional<Trial> fastest =
                trials.stream()
                        .filter(trial -> trial.psnr() >= LEAST_PSNR)
                        .min(Comparator.comparingDouble(Trial::seconds));
        if (fastest.isPresent()) {
            return fastest.map(trial -> choice(trial, "the fastest within %.0f dB", LEAST_PSNR));
        }
        return trials.stream()
                .max(Comparator.comparingDouble(Trial::psnr))
                .map(trial -> choice(trial, "none is within %.0f dB, this is nearest", LEAST_PSNR));
    }

    private static Choice choice(Trial trial, String reason, double bound) {
        return new Choice(
                trial.policy(),
                String.format(
                        Locale.ROOT,
                        reason + " of a trial clip (%.1f dB); --cache takes another",
                        bound,
                        trial.psnr()));
    }
}
