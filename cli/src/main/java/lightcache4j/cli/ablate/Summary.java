package lightcache4j.cli.ablate;

import java.util.List;
import java.util.Locale;

/// What was compared, and what came of it, in sentences.
final class Summary {
    private Summary() {}

    static List<String> lines(Results results) {
        return List.of(setting(results), cache(results), outcome(results));
    }

    /// What every row did.
    static String setting(Results results) {
        Plan plan = results.plan();
        return String.format(
                Locale.ROOT,
                "%s: %d frames of %dx%d, %d steps, guidance %s; %s with %s, each timed %s; %s",
                plan.model(),
                plan.size().frames(),
                plan.size().width(),
                plan.size().height(),
                plan.sampling().steps(),
                plan.sampling().guidance(),
                counted(plan.prompts().size(), "prompt"),
                counted(plan.seeds().size(), "seed"),
                plan.repeat() == 1 ? "once" : plan.repeat() + " times",
                results.backend());
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String cache(Results results) {
        return "cache is %s: %s".formatted(results.cache(), results.why());
    }

    /// What all techniques together came to.
    static String outcome(Results results) {
        Results.Row all = results.row(Contenders.ALL);
        Results.Row baseline = results.row(Contender.BASELINE.name());
        Scale scale = Scale.of(results, Column.TOTAL_PEAK);
        return String.format(
                Locale.ROOT,
                "lightcache is %.2f times as fast as the baseline in denoise, %.2f in total, at %.1f dB; it holds %s %s at most, the baseline %s %s",
                all.get(Column.SPEEDUP).mean(),
                all.get(Column.TOTAL_SPEEDUP).mean(),
                all.get(Column.PSNR).mean(),
                scale.text(all.get(Column.TOTAL_PEAK).mean()),
                scale.unit(),
                scale.text(baseline.get(Column.TOTAL_PEAK).mean()),
                scale.unit());
    }
}
