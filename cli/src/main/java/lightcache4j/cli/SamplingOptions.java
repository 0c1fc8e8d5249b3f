package lightcache4j.cli;

import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.concurrent.ThreadLocalRandom;

/// The size of a clip and how to get there; what is not asked for is as the checkpoint has it.
final class SamplingOptions {
    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Denoising steps. More take longer and follow the prompt better.")
    private @Nullable Integer steps;

    @Option(
            names = "--guidance",
            paramLabel = "X",
            description =
                    "Weight of the prompt over the negative prompt; at 1 or below the negative "
                            + "prompt does not count, and a step takes half as long.")
    private @Nullable Float guidance;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "X",
            description = "0 to 1: against the overexposure of strong guidance. (default: 0)")
    private @Nullable Float guidanceRescale;

    @Option(
            names = "--max-sequence-length",
            paramLabel = "N",
            description = "Tokens that prompts are padded or cut to. (default: 256)")
    private @Nullable Integer maxSequenceLength;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of the noise: the noise of PyTorch's CPU generator with that seed. Drawn "
                            + "if not given, and told at the end.")
    private @Nullable Long seed;

    @Option(names = "--width", paramLabel = "PIXELS", description = "Width of the clip.")
    private @Nullable Integer width;

    @Option(names = "--height", paramLabel = "PIXELS", description = "Height of the clip.")
    private @Nullable Integer height;

    @Option(names = "--frames", paramLabel = "N", description = "Frames of the clip.")
    private @Nullable Integer frames;

    /// The seed that was asked for.
    long seedOr(long otherwise) {
        return seed == null ? otherwise : seed;
    }

    VideoSize size(ModelDefaults defaults) {
        return defaults.size(width, height, frames);
    }

    Sampling sampling(ModelDefaults defaults) {
        Sampling usual = defaults.sampling();
        return new Sampling(
                steps == null ? usual.steps() : steps,
                guidance == null ? usual.guidance() : guidance,
                guidanceRescale == null ? usual.guidanceRescale() : guidanceRescale,
                seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed,
                maxSequenceLength == null ? usual.maxSequenceLength() : maxSequenceLength);
    }
}
