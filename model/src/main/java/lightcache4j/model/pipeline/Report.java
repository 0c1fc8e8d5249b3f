package lightcache4j.model.pipeline;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.offload.Streamed;
import lightcache4j.model.run.swap.Swapped;
import lightcache4j.tensors.Stage;

import java.util.Map;

/// What a run took.
///
/// @param seed of the noise
/// @param steps denoising steps
/// @param stages time and memory of each stage, in order
/// @param reuse what each guidance branch reused of earlier steps; empty without caching
/// @param swap what was moved out of working memory and back
/// @param weights what came into memory of weights in each stage; empty where the system decides
public record Report(
        long seed,
        int steps,
        Map<Stage, Cost> stages,
        Map<Branch, Reuse> reuse,
        Swapped swap,
        Map<Stage, Streamed> weights) {

    /// What a stage took.
    ///
    /// @param seconds wall-clock time
    /// @param peakBytes most bytes that were held in working memory (host, and device if there is
    ///   one) at once: by tensors, and by the weights that are on a device; mapped weights are not
    ///   among them, streamed or not
    /// @param deviceBytes most bytes that were held on the device at once
    public record Cost(double seconds, long peakBytes, long deviceBytes) {}

    /// Wall-clock seconds of all stages.
    public double seconds() {
        return stages.values().stream().mapToDouble(Cost::seconds).sum();
    }

    /// The most bytes held at once in any stage.
    public long peakBytes() {
        return stages.values().stream().mapToLong(Cost::peakBytes).max().orElse(0);
    }

    /// The most bytes held on the device at once in any stage.
    public long deviceBytes() {
        return stages.values().stream().mapToLong(Cost::deviceBytes).max().orElse(0);
    }

    /// What the whole run took.
    public Cost total() {
        return new Cost(seconds(), peakBytes(), deviceBytes());
    }
}
