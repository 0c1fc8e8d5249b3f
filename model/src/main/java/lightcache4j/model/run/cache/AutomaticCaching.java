package lightcache4j.model.run.cache;

import lightcache4j.model.run.SessionFactory;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A policy chosen by a calibration: the one that computes least of those that can be expected to
/// stay as near to the uncached run as is wanted.
///
/// @param sessions the policy; [SessionFactory#PLAIN] where none will do
/// @param cache what `--cache` would take for it; empty where none will do
/// @param notices what was chosen and why, and how the run differs from those calibrated on; one
///   line each
public record AutomaticCaching(
        SessionFactory sessions, Optional<String> cache, List<String> notices) {
    /// The name that asks for it.
    public static final String NAME = "auto";

    /// Chooses.
    ///
    /// @param text `auto` or `auto:calibration=FILE`
    /// @param psnr of raw frames against the uncached run, in decibels
    /// @param run what is to be run
    /// @param beside the calibration beside the model, if there is one
    /// @throws UnusableCache if there is no calibration, or it is for another number of steps
    public static AutomaticCaching of(
            String text, double psnr, Calibration.Setup run, @Nullable Path beside) {
        int colon = text.indexOf(':');
        Settings settings = Settings.of(NAME, colon < 0 ? "" : text.substring(colon + 1), beside);
        Calibration calibration = settings.requiredCalibration("a policy by its name");
        settings.requireAllRead();
        Path file = Path.of(settings.word("calibration", String.valueOf(beside)));
        List<String> notices = new ArrayList<>(differences(calibration.setup(), run));
        Optional<Calibration.Candidate> chosen = calibration.choose(psnr, run.steps());
        if (chosen.isEmpty()) {
            notices.add(refusal(calibration, psnr));
            return new AutomaticCaching(SessionFactory.PLAIN, Optional.empty(), notices);
        }
        notices.add(reason(chosen.get(), calibration, psnr));
        String cache = chosen.get().cache();
        return new AutomaticCaching(Caching.of(cache, file), Optional.of(cache), notices);
    }

    private static List<String> differences(Calibration.Setup was, Calibration.Setup run) {
        List<String> differences = new ArrayList<>();
        if (was.width() != run.width()
                || was.height() != run.height()
                || was.frames() != run.frames()) {
            differences.add("%s for this run's %s".formatted(size(was), size(run)));
        }
        if (was.guidance() != run.guidance()) {
            differences.add(
                    "guidance %s for this run's %s".formatted(was.guidance(), run.guidance()));
        }
        return differences.stream()
                .map(d -> "cache: auto goes by a calibration at other settings, %s".formatted(d))
                .toList();
    }

    private static String size(Calibration.Setup s) {
        return "%d frames of %dx%d".formatted(s.frames(), s.width(), s.height());
    }

    private static String reason(
            Calibration.Candidate chosen, Calibration calibration, double psnr) {
        return String.format(
                Locale.ROOT,
                "cache: auto takes %s, which computes %.0f %% of attentions and feed-forwards and can be expected to reach %.1f dB (wanted %.1f; by %d runs)",
                chosen.cache(),
                100 * chosen.computed(),
                chosen.expected(),
                psnr,
                calibration.setup().runs());
    }

    private static String refusal(Calibration calibration, double psnr) {
        Calibration.Candidate best =
                calibration.candidates().stream()
                        .filter(candidate -> candidate.computed() < 1)
                        .max(Comparator.comparingDouble(Calibration.Candidate::expected))
                        .orElse(null);
        return String.format(
                Locale.ROOT,
                "cache: auto computes everything: of %d policies tried, none that saves anything can be expected to reach %.1f dB%s",
                calibration.candidates().size(),
                psnr,
                best == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; the best is %s with %.1f dB",
                                best.cache(),
                                best.expected()));
    }
}
