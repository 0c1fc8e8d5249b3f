package lightcache4j.cli;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.cache.Calibrating;
import lightcache4j.model.run.cache.Calibration;
import lightcache4j.model.run.cache.CalibrationFile;
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
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// Measures what caching policies need to know of a model.
@Command(
        name = "calibrate",
        description = {
            "Measures what caching policies need to know of a model, and writes it beside it.",
            "",
            "Runs the model on every prompt with every seed: first computing everything, for "
                    + "magcache, teacache and smoothcache, then under policies of rising thrift, "
                    + "for auto. What it finds holds for the number of steps it was made with.",
            ""
        },
        sortOptions = false)
final class Calibrate implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            required = true,
            description =
                    "Prompts to run, one on a line; lines that begin with # do not count. Several that"
                            + " differ serve best.")
    private Path prompts = Path.of("");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "Run each prompt with N seeds; every run has its own, from --seed or 0 on."
                            + " (default: 1)")
    private int seeds = 1;

    @Option(names = "--negative", paramLabel = "TEXT", description = "What not to show.")
    private String negative = "";

    @Mixin private ModelOptions model = new ModelOptions();
    @Mixin private SamplingOptions options = new SamplingOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Where it goes. (default: "
                            + CalibrationFile.NAME
                            + " in the model's folder, where --cache looks for it)")
    private @Nullable Path output;

    @Option(
            names = "--tables-only",
            description = "Leave out what auto needs, and most of the time with it.")
    private boolean tablesOnly;

    @Mixin private EngineOptions engineOptions = new EngineOptions();

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (seeds < 1) {
            throw new UsageFailure("calibrate: --seeds is %d, wanted 1 or more".formatted(seeds));
        }
        Path file = output == null ? model.calibration() : output;
        if (file == null) {
            throw new UsageFailure(
                    "calibrate: the model is no folder, wanted one, or --output to say where it goes");
        }
        WholeFile.create(file).close(); // told now, not after all the work
        MemoryLedger ledger = new MemoryLedger();
        try (ModelSource source = model.open()) {
            ModelFolder folder = ModelFolder.open(source.path());
            try (OpenPipeline open = OpenPipeline.open(folder, model.variant(), ledger)) {
                List<Request> requests = requests(ModelDefaults.of(folder, open));
                Backend.Provider provider = engineOptions.chosen();
                MemoryForecast.of(open, requests.getFirst(), Economy.DEFAULT, provider)
                        .requireFit(provider.room());
                try (Backend backend = provider.open(engineOptions.threads())) {
                    calibrate(open, requests, backend, ledger, file);
                }
            }
        }
        return ExitCode.OK;
    }

    /// No two runs begin with the same noise: what holds for one may be luck of its noise.
    private List<Request> requests(ModelDefaults defaults) {
        Sampling sampling = options.sampling(defaults);
        List<Request> requests = new ArrayList<>();
        for (String prompt : Prompts.of(prompts)) {
            for (int i = 0; i < seeds; i++) {
                requests.add(
                        new Request(
                                prompt,
                                negative,
                                options.size(defaults),
                                sampling.withSeed(options.seedOr(0) + requests.size()),
                                null,
                                null));
            }
        }
        return requests;
    }

    private void calibrate(
            OpenPipeline open,
            List<Request> requests,
            Backend backend,
            MemoryLedger ledger,
            Path file) {
        Calibrating calibrating = new Calibrating();
        Engine engine = new Engine(backend, ledger, Listener.NONE, calibrating);
        for (int i = 0; i < requests.size(); i++) {
            tell("run %d of %d: %s".formatted(i + 1, requests.size(), requests.get(i).prompt()));
            open.pipeline().generate(engine, requests.get(i), _ -> {});
            // What a run remembers outlives the collector's young generation, and the old one would
            // grow to all of the heap before anything in it is looked for.
            System.gc();
        }
        Calibration found =
                calibrating.calibration(CacheOptions.setup(requests.getFirst(), requests.size()));
        CalibrationFile.write(file, found); // policies that are tried read it
        if (!tablesOnly) {
            Ladder ladder = new Ladder(open.pipeline(), backend, ledger, file, this::tell);
            found = found.with(ladder.climb(requests));
            CalibrationFile.write(file, found);
        }
        report(found, file);
    }

    private void tell(String line) {
        if (!quiet) {
            spec.commandLine().getErr().println(line);
        }
    }

    private void report(Calibration found, Path file) {
        PrintWriter out = spec.commandLine().getOut();
        if (!found.candidates().isEmpty()) {
            out.printf("%9s %14s  policy%n", "computed", "expected PSNR");
        }
        found.candidates().stream()
                .sorted(Comparator.comparingDouble(Calibration.Candidate::computed).reversed())
                .forEach(
                        c ->
                                out.printf(
                                        Locale.ROOT,
                                        "%7.0f %% %11.1f dB  %s%n",
                                        100 * c.computed(),
                                        c.expected(),
                                        c.cache()));
        out.printf(
                "written  %s (%d runs of %d steps)%n",
                file, found.setup().runs(), found.setup().steps());
        out.flush();
    }
}
