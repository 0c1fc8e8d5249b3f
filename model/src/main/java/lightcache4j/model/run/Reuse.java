package lightcache4j.model.run;

import java.util.List;

/// What a guidance branch reused in a generation.
///
/// @param steps how many steps were run
/// @param reused the steps, counted from 0, at which something kept took the place of computation
/// @param recomputed how many steps were computed after all, since what reuse gave was not
///   plausible
/// @param peakBytes the most bytes that were kept at once
public record Reuse(int steps, List<Integer> reused, int recomputed, long peakBytes) {

    public Reuse {
        reused = List.copyOf(reused);
    }

    /// How many steps were computed in full.
    public int computed() {
        return steps - reused.size();
    }
}
