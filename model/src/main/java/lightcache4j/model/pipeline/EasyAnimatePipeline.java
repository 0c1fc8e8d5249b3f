package lightcache4j.model.pipeline;

import static lightcache4j.tensors.Arithmetic.affine;
import static lightcache4j.tensors.Arithmetic.clamp;
import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.Sessions;
import lightcache4j.model.run.Traced;
import lightcache4j.model.run.offload.Offloading;
import lightcache4j.model.run.offload.WeightStream;
import lightcache4j.model.run.swap.Shelf;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.schedule.Levels;
import lightcache4j.model.schedule.Noise;
import lightcache4j.model.schedule.Schedule;
import lightcache4j.model.schedule.Scheduler;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.model.vae.Pieces;
import lightcache4j.model.vae.Tiling;
import lightcache4j.tensors.Layout;
import lightcache4j.tensors.Stage;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// Text to video, image to video and inpainting with EasyAnimate V5.1 checkpoints
/// (`EasyAnimatePipeline` and `EasyAnimateInpaintPipeline` of diffusers).
///
/// A generation has three stages: the prompt becomes embeddings and a reference clip becomes
/// latents; noise becomes latents, step by step; latents become frames. Between stages, nothing
/// stays but what the next one needs.
///
/// Shapes: `F` frames of `H` × `W` pixels, `f` latent frames of `h` × `w`, `C` latent channels.
///
/// @param prompts prompt to embeddings
/// @param transformer predicts the velocity from clip to noise
/// @param vae latents to frames, and back
/// @param scheduler which noise levels are visited
/// @param rule how the checkpoint was taught to see masks
/// @param weights the files that the components' weights are mapped from
public record EasyAnimatePipeline(
        PromptEncoder prompts,
        EasyAnimateTransformer3DModel transformer,
        AutoencoderKLMagvit vae,
        Scheduler scheduler,
        InpaintRule rule,
        Sources weights) {

    /// The amount of dynamic shifting that the original pipeline asks its scheduler for.
    private static final double MU = 1;

    /// What denoising begins with; `negative` is null without guidance.
    private record Encoded(Tensor prompt, @Nullable Tensor negative, Start start) {}

    /// Embeddings of both prompts, alone.
    private record Prompts(Tensor prompt, @Nullable Tensor negative) {}

    /// What takes things out of memory between uses, for one run.
    private record Away(Swap swap, Offloading weights) {}

    /// Latents `[f, h, w, C]`, and what was reused on the way.
    private record Denoised(Tensor latents, Map<Branch, Reuse> reuse) {}

    /// Generates one clip.
    ///
    /// @param engine what to run on
    /// @param request what to make
    /// @param sink where frames go, as soon as each is decoded
    /// @throws UnsuitableRequest if the checkpoint cannot take the size, with the nearest that it
    ///   can
    /// @throws lightcache4j.model.run.NumericFailure if latents become NaN or infinite, naming step
    ///   and site
    public Generation generate(Engine engine, Request request, FrameSink sink) {
        new Requirements(this).check(request);
        Noise draws = new Noise(request.sampling().seed());
        Schedule schedule =
                scheduler.schedule(Levels.steps(request.sampling().steps()).shiftedBy(MU));
        try (Workspace run = new Workspace(engine.backend(), engine.ledger());
                var _ = engine.backend().residency().count(engine.ledger());
                Swap swap = Swap.open(run, engine.economy().swap())) {
            StageClock clock = new StageClock(run, engine.listener());
            Away away = new Away(swap, engine.offloading());
            Tensor noise = request.latents() != null ? request.latents() : draw(request, draws);
            Encoded encoded =
                    clock.stage(
                            Stage.ENCODE,
                            () -> encode(run, engine, away, request, noise, draws, schedule));
            Denoised denoised =
                    clock.stage(
                            Stage.DENOISE,
                            () -> denoise(run, engine, away, request, encoded, schedule, draws));
            Tensor kept =
                    clock.stage(
                            Stage.DECODE,
                            () ->
                                    decode(
                                            denoised.latents(),
                                            request.size().frames(),
                                            engine,
                                            away,
                                            sink));
            int steps = schedule.steps() - encoded.start().firstStep();
            Report report =
                    new Report(
                            request.sampling().seed(),
                            steps,
                            clock.costs(),
                            denoised.reuse(),
                            swap.swapped(),
                            away.weights().streamed());
            return new Generation(noise, kept, report);
        }
    }

    /// Noise for the request, `[C, f, h, w]`.
    private Tensor draw(Request request, Noise draws) {
        VideoSize size = request.size();
        int pixels = vae.config().spatialCompression();
        int frames = (size.frames() - 1) / vae.config().temporalCompression() + 1;
        int channels = vae.config().latentChannels();
        return draws.normal(channels, frames, size.height() / pixels, size.width() / pixels);
    }

    private Encoded encode(
            Workspace run,
            Engine engine,
            Away away,
            Request request,
            Tensor noise,
            Noise draws,
            Schedule schedule) {
        Workspace stage = Workspace.current();
        Prompts embedded;
        try (WeightStream stream = away.weights().open(weights.textEncoder())) {
            Runner runner = traced("encode, prompt", engine, stream);
            embedded = embed(request, runner, engine.listener()); // [T, E]
        }
        Tensor first = Layout.channelsLast(stage.upload(noise)); // [f, h, w, C]
        try (WeightStream stream = away.weights().open(weights.vae())) {
            Runner runner = traced("encode, reference", engine, stream);
            boolean apart = engine.economy().slice();
            Start start =
                    inpainting(runner, apart, away.swap())
                            .start(request.reference(), first, draws, schedule);
            Tensor negative = embedded.negative();
            return new Encoded(
                    run.adopt(embedded.prompt(), stage),
                    negative == null ? null : run.adopt(negative, stage),
                    start.adoptedBy(run, stage));
        }
    }

    private Prompts embed(Request request, Runner runner, Listener listener) {
        Sampling sampling = request.sampling();
        int total = sampling.guided() ? 2 : 1;
        int length = sampling.maxSequenceLength();
        listener.progress(0, total);
        Tensor prompt = prompts.encode(request.prompt(), length, runner, listener); // [T, E]
        listener.progress(1, total);
        if (!sampling.guided()) {
            return new Prompts(prompt, null);
        }
        Tensor negative = prompts.encode(request.negative(), length, runner, listener); // [T, E]
        listener.progress(2, total);
        return new Prompts(prompt, negative);
    }

    private Inpainting inpainting(Runner runner, boolean apart, Swap swap) {
        boolean takesMask = transformer.config().inChannels() != vae.config().latentChannels();
        return new Inpainting(vae, takesMask, rule, runner, apart, swap);
    }

    private Denoised denoise(
            Workspace run,
            Engine engine,
            Away away,
            Request request,
            Encoded encoded,
            Schedule schedule,
            Noise draws) {
        Start start = encoded.start();
        Tensor negative = encoded.negative();
        Course course = course(schedule, start.firstStep(), negative != null);
        try (Sessions sessions = open(engine, away.swap(), course);
                Shelf embeddings = away.swap().embeddings();
                WeightStream stream = away.weights().open(weights.transformer())) {
            Denoising denoising =
                    new Denoising(
                            transformer,
                            schedule,
                            transformer.rope(start.latents().shape()),
                            start.conditioning(
                                    new KeptEmbeddings(embeddings, encoded.prompt(), run)),
                            negative == null
                                    ? null
                                    : start.conditioning(
                                            new KeptEmbeddings(embeddings, negative, run)),
                            request.sampling(),
                            traced(Branch.CONDITIONAL, sessions, stream),
                            traced(Branch.UNCONDITIONAL, sessions, stream),
                            draws);
            Tensor latents = denoising.run(start, engine.listener());
            run.adopt(latents, Workspace.current());
            start.freeAllBut(latents, run);
            return new Denoised(latents, sessions.reuse());
        }
    }

    /// What runs a stage: streamed, in pieces where asked for, and told to a flight recorder.
    private static Runner traced(String phase, Engine engine, WeightStream stream) {
        return new Traced(phase, stream.over(engine.economy().runner()));
    }

    private static Session traced(Branch branch, Sessions sessions, WeightStream stream) {
        Session session = sessions.of(branch);
        return step -> new Traced(phase(branch, step), stream.over(session.at(step)));
    }

    private static String phase(Branch branch, int step) {
        return "denoise, step %d, %s".formatted(step, branch.name().toLowerCase(Locale.ROOT));
    }

    private static Sessions open(Engine engine, Swap swap, Course course) {
        return engine.sessions().open(course, engine.economy().runner(), swap);
    }

    private Course course(Schedule schedule, int first, boolean guided) {
        List<Float> timesteps =
                IntStream.range(first, schedule.steps()).mapToObj(schedule::timestep).toList();
        return new Course(timesteps, "transformer_blocks", transformer.blocks().size(), guided);
    }

    /// Decodes to the sink, and returns the latents as `[C, f, h, w]` in host memory.
    private Tensor decode(Tensor latents, int frames, Engine engine, Away away, FrameSink sink) {
        Workspace stage = Workspace.current();
        Economy economy = engine.economy();
        Pieces pieces = pieces(economy);
        Tensor z = scale(latents, (float) (1 / vae.config().scalingFactor())); // [f, h, w, C]
        Countdown left = new Countdown(frames, engine.listener());
        try (WeightStream stream = away.weights().open(weights.vae())) {
            Runner runner = traced("decode", engine, stream);
            vae.decode(z, pieces, away.swap(), runner, piece -> emit(piece, left, sink));
        }
        try (Workspace inner = stage.open()) {
            return stage.download(inner.in(() -> Layout.channelsFirst(latents)));
        }
    }

    private Pieces pieces(Economy economy) {
        Pieces pieces = Pieces.DEFAULT.apart(economy.slice());
        return economy.tile() == 0
                ? pieces
                : pieces.tiled(Tiling.square(economy.tile(), vae.config().spatialCompression()));
    }

    /// Hands the frames of a piece `[n, H, W, 3]`, −1 to 1, to the sink, in 0 to 1.
    private static void emit(Tensor piece, Countdown left, FrameSink sink) {
        Workspace workspace = Workspace.current();
        Tensor shown = clamp(affine(piece, 0.5f, 0.5f), 0, 1); // [n, H, W, 3]
        for (long i = 0; i < shown.dim(0); i++) {
            workspace.show(shown.row(i), sink::accept);
            left.oneDone();
        }
        workspace.free(shown);
    }

    /// Tells a listener of frames done.
    private static final class Countdown {
        private final int total;
        private final Listener listener;
        private int done;

        Countdown(int total, Listener listener) {
            this.total = total;
            this.listener = listener;
            listener.progress(0, total);
        }

        void oneDone() {
            listener.progress(++done, total);
        }
    }
}
