package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.cli.ablate.CsvReport;
import lightcache4j.cli.ablate.Experiment;
import lightcache4j.cli.ablate.HtmlReport;
import lightcache4j.cli.ablate.JsonReport;
import lightcache4j.cli.ablate.Plan;
import lightcache4j.cli.ablate.PolicyList;
import lightcache4j.cli.ablate.Results;
import lightcache4j.cli.ablate.TextReport;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.cache.UnusableCache;
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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/// Reruns the tables of the LightCache paper.
@Command(
        name = "ablate",
        description = {
            "Measures what caching saves and what each technique for memory adds and costs: the"
                    + " tables of the LightCache paper, on any checkpoint.",
            "",
            "  lightcache4j ablate --html report.html",
            "  lightcache4j ablate --model DIR --prompts prompts.txt --seeds 3 --csv rows.csv",
            "",
            "The rows go to standard output, progress to standard error. docs/ablate.md says how to"
                    + " read them.",
            ""
        },
        sortOptions = false)
final class Ablate implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ModelOptions model = new ModelOptions();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description =
                    "Prompts, one on a line; lines that begin with # do not count. (default: the"
                            + " three of the demo's reference run)")
    private @Nullable Path prompts;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "Show each prompt with N seeds: --seed, or 0, and those that follow it."
                            + " (default: ${DEFAULT-VALUE})")
    private int seeds = 5;

    @Mixin private SamplingOptions options = new SamplingOptions();

    @Option(
            names = "--cache",
            paramLabel = "NAME[:KEY=VALUE,...]",
            description =
                    "The policy of the rows cache, cache+... and lightcache. (default: the fastest"
                            + " of --policies with 25 dB or more on a trial clip)")
    private @Nullable String cache;

    @Option(
            names = "--policies",
            paramLabel = "LIST",
            description =
                    "Policies to compare, as --cache takes them, parted by commas; none for none."
                            + " (default: one for each rule)")
    private @Nullable String policies;

    @Option(
            names = "--chunks",
            paramLabel = "N",
            description =
                    "Pieces that layers are computed in where a row chunks. (default:"
                            + " ${DEFAULT-VALUE})")
    private int chunks = 2;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Time each clip N times and take the median. (default: ${DEFAULT-VALUE})")
    private int repeat = 1;

    @Mixin private EngineOptions engineOptions = new EngineOptions();

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the rows to this file.")
    private @Nullable Path csv;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Write one page with tables, plots, memory over time and the clips; it needs"
                            + " no other file.")
    private @Nullable Path html;

    @Option(names = "--json", description = "Print the rows as JSON.")
    private boolean json;

    @Option(names = "--quiet", description = "Show no progress; notes still appear.")
    private boolean quiet;

    @Override
    public Integer call() {
        require("--seeds", seeds, 1);
        require("--chunks", chunks, 2);
        require("--repeat", repeat, 1);
        if (cache != null) {
            requireMeaning(cache);
        }
        for (Path file : files()) {
            WholeFile.create(file).close();
        }
        PrintWriter err = spec.commandLine().getErr();
        try (Interruption _ = new Interruption(err, "interrupted: no report was written");
                ModelSource source = model.open()) {
            report(run(ModelFolder.open(source.path())));
        }
        return ExitCode.OK;
    }

    private static void require(String option, int is, int least) {
        if (is < least) {
            throw new UsageFailure(
                    "ablate: %s is %d, wanted %d or more".formatted(option, is, least));
        }
    }

    /// Refuses a policy now, not after the first clips.
    private void requireMeaning(String policy) {
        try {
            Caching.of(policy, model.calibration());
        } catch (UnusableCache e) {
            throw new UsageFailure(String.valueOf(e.getMessage()));
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        if (csv != null) {
            files.add(csv);
        }
        if (html != null) {
            files.add(html);
        }
        return files;
    }

    private Results run(ModelFolder folder) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline open = OpenPipeline.open(folder, model.variant(), ledger)) {
            Plan plan = plan(ModelDefaults.of(folder, open));
            Request request = Request.of(plan.prompts().getFirst(), plan.size(), plan.sampling());
            Backend.Provider provider = engineOptions.chosen();
            MemoryForecast.of(open, request, Economy.NONE, provider).requireFit(provider.room());
            Progress progress = new Progress(spec.commandLine().getErr(), Progress.Show.of(quiet));
            try (Backend backend = provider.open(engineOptions.threads())) {
                return new Experiment(open, backend, ledger, plan, watcher(progress)).run();
            } finally {
                progress.finish();
            }
        }
    }

    private Plan plan(ModelDefaults defaults) {
        VideoSize size = options.size(defaults);
        Sampling sampling = options.sampling(defaults);
        long first = options.seedOr(0);
        List<PolicyList.Entry> compared =
                policies == null ? PolicyList.standard() : PolicyList.of(policies);
        if (policies != null) {
            compared.forEach(policy -> requireMeaning(policy.text()));
        }
        return new Plan(
                model.name(),
                Prompts.of(prompts),
                LongStream.range(first, first + seeds).boxed().toList(),
                size,
                sampling,
                compared,
                cache,
                text -> Caching.of(text, model.calibration()),
                chunks,
                repeat,
                html != null);
    }

    private static Experiment.Watcher watcher(Progress progress) {
        return new Experiment.Watcher() {
            @Override
            public void begin(String part) {
                progress.begin(part);
            }

            @Override
            public void progress(int done, int total) {
                progress.progress(done, total);
            }

            @Override
            public void note(String line) {
                progress.notice(line);
            }
        };
    }

    private void report(Results results) {
        if (csv != null) {
            WholeFile.write(csv, CsvReport.of(results));
        }
        if (html != null) {
            WholeFile.write(html, HtmlReport.of(results));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode node = Json.object();
            JsonReport.putInto(node, results);
            Json.print(out, node);
        } else {
            TextReport.print(results, out);
        }
    }
}
