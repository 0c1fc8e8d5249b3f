package lightcache4j.cli.ablate;

import java.util.List;
import java.util.Locale;

/// What was compared, and what came of it, in sentences.
final class Summary {
    private Summary() {}

    static List<String> lines(Results results) {
        return List.of(setting(results), cache(results), outcome(results), cost(results));
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
        Scale scale = Scale.of(results, results.peak());
        return String.format(
                Locale.ROOT,
                "lightcache is %.2f times as fast as the baseline in denoise, %.2f in total, at %.1f dB; it holds %s %s%s at most, the baseline %s %s",
                all.get(Column.SPEEDUP).mean(),
                all.get(Column.TOTAL_SPEEDUP).mean(),
                all.get(Column.PSNR).mean(),
                scale.text(all.get(results.peak()).mean()),
                scale.unit(),
                results.where(),
                scale.text(baseline.get(results.peak()).mean()),
                scale.unit());
    }

    /// What the techniques for memory took beyond caching alone, and how much of the copying was
    /// waited for.
    static String cost(Results results) {
        Results.Row all = results.row(Contenders.ALL);
        double alone = results.row(Contenders.CACHE).get(Column.TOTAL_SECONDS).mean();
        double copied = all.get(Column.SWAP_COPY_SECONDS).mean();
        double waited = all.get(Column.SWAP_WAIT_SECONDS).mean();
        String cost =
                String.format(
                        Locale.ROOT,
                        "swap, chunks and slice together change the time of caching alone by %+.1f %%",
                        100 * (all.get(Column.TOTAL_SECONDS).mean() / alone - 1));
        if (copied == 0) {
            return cost;
        }
        return String.format(
                Locale.ROOT,
                "%s; copying took %.1f ms, of which computing waited for %.1f: %.0f %% was hidden",
                cost,
                1e3 * copied,
                1e3 * waited,
                100 * Math.max(0, 1 - waited / copied));
    }
}
