package lightcache4j.cli.ablate;

import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.SessionFactory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What to compare.
///
/// @param model the checkpoint's name, for the reader of the report
/// @param prompts each is shown with every seed
/// @param seeds of the noise
/// @param size of the clips
/// @param sampling steps and guidance; its seed does not count
/// @param policies the caching policies to compare
/// @param cache the policy of the rows `cache…` and `lightcache`; null to pick the best of
///   `policies`
/// @param caching reads a policy; throws `UnusableCache` for one that cannot be set up
/// @param chunks pieces that layers are computed in where a row chunks
/// @param repeat how often each clip is timed
/// @param pictures whether clips and memory over time are kept for a page
public record Plan(
        String model,
        List<String> prompts,
        List<Long> seeds,
        VideoSize size,
        Sampling sampling,
        List<PolicyList.Entry> policies,
        @Nullable String cache,
        Function<String, SessionFactory> caching,
        int chunks,
        int repeat,
        boolean pictures) {

    public Plan {
        prompts = List.copyOf(prompts);
        seeds = List.copyOf(seeds);
        policies = List.copyOf(policies);
    }

    /// A prompt and a seed: what all rows make a clip of.
    record Case(String prompt, long seed) {}

    /// Every prompt with every seed.
    List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        seeds.forEach(seed -> prompts.forEach(prompt -> cases.add(new Case(prompt, seed))));
        return cases;
    }

    /// A case that is not among those measured: warming up and choosing on it favours no row.
    Case heldOut() {
        long after = seeds.stream().mapToLong(Long::longValue).max().orElse(0) + 1;
        return new Case(prompts.getFirst(), after);
    }

    Request request(Case wanted, int steps) {
        Sampling seeded =
                new Sampling(
                        steps,
                        sampling.guidance(),
                        sampling.guidanceRescale(),
                        wanted.seed(),
                        sampling.maxSequenceLength());
        return Request.of(wanted.prompt(), size, seeded);
    }
}
