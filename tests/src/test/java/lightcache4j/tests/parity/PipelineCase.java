package lightcache4j.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Reference;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.weights.ModelFolder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A case of `tests/fixtures/pipelines` as the engine takes it.
///
/// @param fixture the case
public record PipelineCase(FixtureCase fixture) {
    /// diffusers cuts height and width down to multiples of this.
    private static final int UNIT = 16;

    private static final int TOKENS = 256;

    /// What a run gave.
    ///
    /// @param frames `[F, H, W, 3]`
    /// @param generation initial and final latents, and the report
    public record Result(Values frames, Generation generation) {}

    /// All cases.
    public static Stream<PipelineCase> all() {
        return FixtureCase.of("pipelines").map(PipelineCase::new);
    }

    /// One case by its name.
    public static PipelineCase named(String name) {
        return new PipelineCase(FixtureCase.named("pipelines/" + name));
    }

    /// The pipeline's folder, open.
    public OpenPipeline open(MemoryLedger ledger) {
        return OpenPipeline.open(ModelFolder.open(fixture.model()), null, ledger);
    }

    /// Generates what the case asks for.
    public Result generate(OpenPipeline model, Engine engine) {
        List<Values> frames = new ArrayList<>();
        Generation generation =
                model.pipeline()
                        .generate(engine, request(), frame -> frames.add(oneOf(Values.of(frame))));
        return new Result(frames.stream().reduce(Values::then).orElseThrow(), generation);
    }

    private static Values oneOf(Values frame) {
        long[] shape = {1, frame.shape()[0], frame.shape()[1], frame.shape()[2]};
        return new Values(frame.numbers(), shape);
    }

    /// The call of the case; sizes as diffusers rounds them.
    public Request request() {
        JsonNode a = fixture.args();
        int width = a.required("width").asInt() / UNIT * UNIT;
        int height = a.required("height").asInt() / UNIT * UNIT;
        Sampling sampling =
                new Sampling(
                        a.required("num_inference_steps").asInt(),
                        (float) a.required("guidance_scale").asDouble(),
                        (float) a.path("guidance_rescale").asDouble(0),
                        a.required("seed").asLong(),
                        TOKENS);
        return new Request(
                a.required("prompt").asText(),
                a.path("negative_prompt").asText(""),
                new VideoSize(width, height, a.required("num_frames").asInt()),
                sampling,
                null,
                reference(height, width));
    }

    private @Nullable Reference reference(int height, int width) {
        if (!fixture.has("video")) {
            return null;
        }
        Values video = nearest(fixture.input("video").sample(0), height, width).channelsLast();
        Values mask = nearest(fixture.input("mask_video").sample(0).sample(0), height, width);
        float[] anew = mask.numbers().clone();
        for (int i = 0; i < anew.length; i++) {
            anew[i] = anew[i] < 0.5f ? 0 : 1;
        }
        return new Reference(
                video.tensor(),
                new Values(anew, mask.shape()).tensor(),
                (float) fixture.args().path("strength").asDouble(1),
                Reference.NOISE_AUGMENTATION);
    }

    /// The last two axes at another size, as diffusers brings tensors to the size of a clip: the
    /// sample at the upper left, PyTorch's `nearest`.
    private static Values nearest(Values x, int height, int width) {
        int rank = x.shape().length;
        int rows = Math.toIntExact(x.shape()[rank - 2]);
        int columns = Math.toIntExact(x.shape()[rank - 1]);
        int planes = x.numbers().length / (rows * columns);
        float[] out = new float[planes * height * width];
        for (int p = 0; p < planes; p++) {
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    int from = (p * rows + i * rows / height) * columns + j * columns / width;
                    out[(p * height + i) * width + j] = x.numbers()[from];
                }
            }
        }
        long[] shape = x.shape().clone();
        shape[rank - 2] = height;
        shape[rank - 1] = width;
        return new Values(out, shape);
    }

    /// Frames of diffusers, `[F, H, W, 3]`.
    public Values frames() {
        return fixture.output("sample").sample(0).permute(0, 2, 3, 1);
    }

    /// Latents of diffusers after the last step, `[C, f, h, w]`.
    public Values latents() {
        int last = 0;
        while (fixture.outputs().containsKey("latents." + (last + 1))) {
            last++;
        }
        return fixture.output("latents." + last).sample(0);
    }

    /// The name of the test.
    @Override
    public String toString() {
        return fixture.toString();
    }
}
