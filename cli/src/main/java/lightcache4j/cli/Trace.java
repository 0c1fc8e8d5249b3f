package lightcache4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.cli.trace.Inputs;
import lightcache4j.cli.trace.Taps;
import lightcache4j.cli.trace.Traceable;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;
import lightcache4j.weights.ModelFolder;
import lightcache4j.weights.ModelSource;
import lightcache4j.weights.SafetensorsWriter;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/// Runs one component on given tensors.
@Command(
        name = "trace",
        description = {
            "Runs one component on given tensors, to hold it against its PyTorch twin.",
            "",
            "Inputs are named and laid out like the arguments of forward in diffusers and "
                    + "transformers, with or without a leading batch axis:",
            "  transformer   hidden_states, timestep, encoder_hidden_states, ...",
            "  vae           decode: latents; encode: sample",
            "  text_encoder  input_ids, attention_mask, position_ids",
            "Results are sample; latent_mean and latent_logvar; last_hidden_state and "
                    + "hidden_states.-2.",
            ""
        },
        sortOptions = false)
final class Trace implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ModelOptions model = new ModelOptions();

    @Option(
            names = "--component",
            paramLabel = "NAME",
            description =
                    "Which part of a pipeline: transformer, vae, text_encoder. Not needed for the "
                            + "folder of a component.")
    private @Nullable String component;

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "forward, encode or decode; what the component mostly does if not given.")
    private @Nullable String method;

    @Option(
            names = "--inputs",
            paramLabel = "FILE",
            required = true,
            description = "A .safetensors with the inputs.")
    private Path inputs = Path.of("");

    @Option(
            names = "--outputs",
            paramLabel = "FILE",
            required = true,
            description = "The .safetensors to write results to.")
    private Path outputs = Path.of("");

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description =
                    "Further arguments as a JSON object; of the vae: tiling, tile_sample_min_height, "
                            + "..., num_latent_frames_batch_size.")
    private String args = "{}";

    @Option(names = "--taps", description = "Write what every site puts out as well, by its path.")
    private boolean taps;

    @Mixin private EngineOptions engine = new EngineOptions();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Time N runs after a first one, and print their median.")
    private int repeat;

    @Option(names = "--json", description = "Print the report as JSON: seconds, peakBytes.")
    private boolean json;

    /// What the runs took.
    private record Timing(List<Double> seconds, long peakBytes) {}

    @Override
    public Integer call() {
        MemoryLedger ledger = new MemoryLedger();
        try (ModelSource source = model.open();
                Checkpoint checkpoint = checkpoint(source, ledger)) {
            Traceable part = Traceable.of(checkpoint);
            String wanted = method(part);
            Inputs given = Inputs.read(inputs, part.inputs(wanted));
            try (Backend backend = engine.open()) {
                Timing timing = run(part, wanted, given, backend, ledger);
                report(checkpoint, wanted, timing, backend);
            }
        }
        return ExitCode.OK;
    }

    private Checkpoint checkpoint(ModelSource source, MemoryLedger ledger) {
        ModelFolder folder = ModelFolder.open(source.path());
        if (folder.isPipeline() && component == null) {
            throw new UsageFailure(
                    "trace: %s is a pipeline, wanted --component with one of %s"
                            .formatted(
                                    source.path(),
                                    String.join(", ", folder.components().keySet())));
        }
        String name = component;
        if (name == null || !folder.isPipeline()) {
            name = folder.components().keySet().iterator().next();
        }
        return folder.open(name, model.variant(), ledger);
    }

    private String method(Traceable part) {
        String wanted = Objects.requireNonNullElse(method, part.methods().getFirst());
        if (!part.methods().contains(wanted)) {
            throw new UsageFailure(
                    "trace: --method is %s, wanted one of %s"
                            .formatted(wanted, String.join(", ", part.methods())));
        }
        return wanted;
    }

    private Config arguments() {
        try {
            JsonNode node = new ObjectMapper().readTree(args);
            if (node.isObject()) {
                Config config = new Config("--args", node);
                if (taps && config.flag("tiling", false)) {
                    throw new UsageFailure(
                            "trace: --taps and tiling are given, wanted one of them");
                }
                return config;
            }
        } catch (JsonProcessingException e) {
            throw new UsageFailure("--args: is no JSON (%s)".formatted(e.getOriginalMessage()));
        }
        throw new UsageFailure("--args: is %s, wanted a JSON object".formatted(args));
    }

    private Timing run(
            Traceable part, String wanted, Inputs given, Backend backend, MemoryLedger ledger) {
        Config arguments = arguments();
        List<Double> seconds = new ArrayList<>();
        seconds.add(timed(() -> write(part, wanted, given, arguments, backend, ledger)));
        if (repeat > 0) {
            seconds.clear();
            ledger.resetPeaks();
        }
        for (int i = 0; i < repeat; i++) {
            seconds.add(
                    timed(
                            () -> {
                                for (Map<String, Tensor> sample : given.samples()) {
                                    once(part, wanted, sample, arguments, backend, ledger, null);
                                }
                            }));
        }
        return new Timing(seconds, ledger.peak(Pool.HOST) + ledger.peak(Pool.DEVICE));
    }

    private static double timed(Runnable body) {
        long start = System.nanoTime();
        body.run();
        return (System.nanoTime() - start) * 1e-9;
    }

    private void write(
            Traceable part,
            String wanted,
            Inputs given,
            Config arguments,
            Backend backend,
            MemoryLedger ledger) {
        List<Map<String, Tensor>> results = new ArrayList<>();
        for (Map<String, Tensor> sample : given.samples()) {
            Taps kept = taps ? new Taps(new Scoped(Runner.PLAIN)) : null;
            Map<String, Tensor> all = new LinkedHashMap<>();
            if (kept == null) {
                all.putAll(once(part, wanted, sample, arguments, backend, ledger, null));
            } else {
                Map<String, Tensor> result =
                        once(part, wanted, sample, arguments, backend, ledger, kept);
                all.putAll(kept.outputs());
                all.putAll(result);
            }
            results.add(all);
        }
        SafetensorsWriter.write(outputs, given.joined(results), Map.of());
    }

    private static Map<String, Tensor> once(
            Traceable part,
            String wanted,
            Map<String, Tensor> sample,
            Config arguments,
            Backend backend,
            MemoryLedger ledger,
            @Nullable Taps taps) {
        Runner runner = taps == null ? new Scoped(Runner.PLAIN) : taps;
        try (Workspace workspace = new Workspace(backend, ledger)) {
            return workspace.in(() -> part.run(wanted, sample, arguments, runner));
        }
    }

    private void report(Checkpoint checkpoint, String wanted, Timing timing, Backend backend) {
        PrintWriter out = spec.commandLine().getOut();
        double median = GenerationReport.median(timing.seconds());
        if (json) {
            ObjectNode node = Json.object();
            node.put("component", checkpoint.name());
            node.put("class", checkpoint.className());
            node.put("method", wanted);
            node.put("backend", backend.description());
            node.put("seconds", median);
            timing.seconds().forEach(node.putArray("runs")::add);
            node.put("peakBytes", timing.peakBytes());
            node.put("mappedBytes", checkpoint.byteSize());
            node.put("outputs", outputs.toString());
            Json.print(out, node);
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s %s: %.4f s%s, peak %s%n",
                checkpoint.name(),
                wanted,
                median,
                repeat > 0 ? " (median of %d)".formatted(repeat) : "",
                Bytes.text(timing.peakBytes()));
        out.println("written  " + outputs);
        out.flush();
    }
}
