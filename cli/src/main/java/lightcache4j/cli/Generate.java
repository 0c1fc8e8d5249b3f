package lightcache4j.cli;

import lightcache4j.cli.media.ClipFormat;
import lightcache4j.cli.media.ClipWriter;
import lightcache4j.cli.media.Frame;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.weights.ModelFolder;
import lightcache4j.weights.ModelSource;
import lightcache4j.weights.WholeFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Makes a clip.
@Command(
        name = "generate",
        description = {
            "Makes a clip that shows what the prompt says.",
            "",
            "  lightcache4j generate \"a red circle moving left to right on a navy background\"",
            "  lightcache4j generate \"a cat\" --model EasyAnimateV5.1-7b-zh-diffusers --output"
                    + " cat.mp4",
            "",
            "The report at the end goes to standard output, progress to standard error. Outputs "
                    + "appear complete or not at all.",
            ""
        },
        sortOptions = false)
final class Generate implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "PROMPT", description = "What to show.")
    private String prompt = "";

    @Option(names = "--negative", paramLabel = "TEXT", description = "What not to show.")
    private String negative = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Where the clip goes: .gif, .mp4 (H.264), .png (x-0001.png, x-0002.png, ...) or"
                            + " .safetensors (frames [F, H, W, 3], float32, 0 to 1). (default:"
                            + " generated.gif, or the next number that is free)")
    private @Nullable Path output;

    @Mixin private ModelOptions model = new ModelOptions();
    @Mixin private SamplingOptions options = new SamplingOptions();

    @Option(
            names = "--latents",
            paramLabel = "FILE",
            description =
                    "Begin with the noise in this .safetensors (initial_latents or latents, "
                            + "[1, C, f, h, w]) instead of the seed's.")
    private @Nullable Path latents;

    @Option(
            names = "--save-latents",
            paramLabel = "FILE",
            description =
                    "Write initial_latents and latents, before and after denoising, to this "
                            + ".safetensors.")
    private @Nullable Path saveLatents;

    @Mixin private Conditions conditions = new Conditions();

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = "Frames per second of .gif and .mp4. (default: ${DEFAULT-VALUE})")
    private int framesPerSecond = 8;

    @Mixin private CacheOptions cache = new CacheOptions();
    @Mixin private EconomyOptions economy = new EconomyOptions();
    @Mixin private EngineOptions engineOptions = new EngineOptions();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Make the clip, then time N more runs of the same.")
    private int repeat;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(
            names = "--quiet",
            description =
                    "Show no progress; notes, such as of a prompt that was cut, still appear.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (framesPerSecond < 1 || framesPerSecond > 100 || repeat < 0) {
            throw new UsageFailure(
                    "generate: --fps is %d and --repeat is %d, wanted 1 to 100 and 0 or more"
                            .formatted(framesPerSecond, repeat));
        }
        Path file = output == null ? unusedName() : output;
        ClipFormat.of(file);
        if (saveLatents != null) {
            WholeFile.create(saveLatents).close(); // told now, not after all the work
        }
        MemoryLedger ledger = new MemoryLedger();
        try (ModelSource source = model.open()) {
            ModelFolder folder = ModelFolder.open(source.path());
            try (OpenPipeline open = OpenPipeline.open(folder, model.variant(), ledger)) {
                Request request = request(ModelDefaults.of(folder, open));
                Progress progress =
                        new Progress(spec.commandLine().getErr(), Progress.Show.of(quiet));
                SessionFactory sessions =
                        cache.sessions(request, model.calibration(), progress::notice);
                Backend.Provider provider = engineOptions.chosen();
                var prospect = new Prospect(open, request, sessions, provider.pool());
                Budgeted budgeted = economy.budgeted(prospect, provider.room(), progress::notice);
                try (Backend backend = provider.open(engineOptions.threads())) {
                    budgeted.restrain(backend);
                    Engine engine =
                            new Engine(backend, ledger, progress, sessions, budgeted.economy());
                    report(run(open, request, engine, progress, budgeted, file));
                }
            }
        }
        return ExitCode.OK;
    }

    private static Path unusedName() {
        Path name = Path.of("generated.gif");
        for (int i = 2; Files.exists(name); i++) {
            name = Path.of("generated-%d.gif".formatted(i));
        }
        return name;
    }

    private Request request(ModelDefaults defaults) {
        VideoSize size = options.size(defaults);
        return new Request(
                prompt,
                negative,
                size,
                options.sampling(defaults),
                latents == null ? null : Latents.read(latents),
                conditions.reference(size));
    }

    private GenerationReport run(
            OpenPipeline open,
            Request request,
            Engine engine,
            Progress progress,
            Budgeted budgeted,
            Path file) {
        VideoSize size = request.size();
        var plan = new ClipWriter.Plan(size.width(), size.height(), size.frames(), framesPerSecond);
        Generation made;
        Path written;
        try (ClipWriter writer = ClipWriter.open(file, plan)) {
            made =
                    open.pipeline()
                            .generate(engine, request, frame -> writer.accept(Frame.of(frame)));
            written = writer.finish();
        } finally {
            progress.finish();
        }
        if (saveLatents != null) {
            Latents.write(saveLatents, made);
        }
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < repeat; i++) {
            engine.ledger().resetPeaks();
            made = open.pipeline().generate(engine, request, _ -> {});
            progress.finish();
            seconds.add(made.report().seconds());
        }
        return new GenerationReport(
                made.report(),
                budgeted,
                seconds,
                size,
                open.mappedBytes(),
                engine.backend().description(),
                written);
    }

    private void report(GenerationReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            report.printJson(out);
        } else {
            report.print(out);
        }
    }
}
