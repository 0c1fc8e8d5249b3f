package lightcache4j.cli.ablate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The caching policies that an experiment compares.
public final class PolicyList {
    /// One for each rule, with settings that suit some thirty steps. Where there is none, the
    /// policy's own defaults are meant for the model's calibration or for any model.
    private static final String DEFAULT =
            String.join(
                    ",",
                    "uniform:interval=2",
                    "first-block:threshold=0.1",
                    "dbcache:fn_compute_blocks=1,residual_diff_threshold=0.12,max_warmup_steps=4",
                    "easycache",
                    "teacache",
                    "magcache",
                    "taylorseer:cache_interval=3,use_lite_mode=true",
                    "pab:timesteps=100;950",
                    "fastercache",
                    "smoothcache");

    private PolicyList() {}

    /// A policy in the list.
    ///
    /// @param name short, for its row
    /// @param text as `--cache` takes it
    public record Entry(String name, String text) {}

    /// What is compared where nothing else is asked for.
    public static List<Entry> standard() {
        return of(DEFAULT);
    }

    /// Reads policies parted by commas, each as `--cache` takes it:
    /// `uniform:interval=3,branch=1,pab` are two. What has an equals sign and no colon before it is
    /// a further setting of the policy in front of it.
    ///
    /// A policy is called by its name, or by all of its text where its name occurs more than once.
    /// `none`, or nothing, is an empty list.
    public static List<Entry> of(String text) {
        List<String> policies = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            String part = word.strip();
            int equals = part.indexOf('=');
            boolean setting = equals >= 0 && part.lastIndexOf(':', equals) < 0;
            if (setting && !policies.isEmpty()) {
                policies.set(policies.size() - 1, policies.getLast() + "," + part);
            } else if (!part.isEmpty() && !part.equals("none")) {
                policies.add(part);
            }
        }
        var counts =
                policies.stream()
                        .collect(Collectors.groupingBy(PolicyList::name, Collectors.counting()));
        return policies.stream()
                .map(p -> new Entry(counts.getOrDefault(name(p), 0L) > 1 ? p : name(p), p))
                .distinct()
                .toList();
    }

    private static String name(String policy) {
        int colon = policy.indexOf(':');
        return colon < 0 ? policy : policy.substring(0, colon);
    }
}
