package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.weights.Config;
import lightcache4j.weights.ModelFolder;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/// What a checkpoint was made for, where nothing else is asked for.
///
/// Width and height are those that the transformer's `config.json` says it was trained at. The rest
/// may stand in a file `generation_defaults.json` beside `model_index.json`, by the names of
/// diffusers' arguments: `num_frames`, `num_inference_steps`, `guidance_scale`; without it they are
/// diffusers' own.
///
/// @param size of the clip
/// @param sampling steps and guidance
record ModelDefaults(VideoSize size, Sampling sampling) {
    private static final String FILE = "generation_defaults.json";
    private static final int FRAMES = 49;
    private static final int SIDE = 64;

    static ModelDefaults of(ModelFolder folder, OpenPipeline open) {
        Path file = folder.path().resolve(FILE);
        Config given =
                Files.exists(file)
                        ? Config.read(file, FILE)
                        : new Config(FILE, JsonNodeFactory.instance.objectNode());
        Config transformer = folder.component("transformer").config("config.json");
        int pixels = open.pipeline().vae().config().spatialCompression();
        VideoSize size =
                new VideoSize(
                        pixels * transformer.integer("sample_width", SIDE),
                        pixels * transformer.integer("sample_height", SIDE),
                        given.integer("num_frames", FRAMES));
        Sampling usual = Sampling.DEFAULT;
        Sampling sampling =
                new Sampling(
                        given.integer("num_inference_steps", usual.steps()),
                        (float) given.real("guidance_scale", usual.guidance()),
                        usual.guidanceRescale(),
                        usual.seed(),
                        usual.maxSequenceLength());
        return new ModelDefaults(size, sampling);
    }

    /// The size, with what was asked for instead.
    VideoSize size(@Nullable Integer width, @Nullable Integer height, @Nullable Integer frames) {
        return new VideoSize(
                width == null ? size.width() : width,
                height == null ? size.height() : height,
                frames == null ? size.frames() : frames);
    }
}
