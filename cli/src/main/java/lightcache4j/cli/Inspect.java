package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.tensors.DType;
import lightcache4j.weights.ModelFolder;
import lightcache4j.weights.ModelSource;
import lightcache4j.weights.Safetensors;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/// Says what a checkpoint or a safetensors file holds.
@Command(
        name = "inspect",
        description = {
            "Says what a checkpoint or a safetensors file holds.",
            "",
            "Of a pipeline or a component folder: components, classes, dtypes, parameters, bytes, "
                    + "configurations, and the memory that a generation takes, to the byte. Of a "
                    + ".safetensors: its tensors; exit code 0 says that the file is valid, 3 that it "
                    + "is not, with what is wrong and where."
        })
final class Inspect implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR|FILE",
            description = "A folder of a model, an archive of one, or a .safetensors file.")
    private Path path = Path.of("");

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description = "Look at the weight files of this variant, such as fp16.")
    private @Nullable String variant;

    @Option(
            names = {"--width"},
            paramLabel = "PIXELS",
            description =
                    "Width of the clip that memory is told for; the checkpoint's if not given.")
    private @Nullable Integer width;

    @Option(names = "--height", paramLabel = "PIXELS", description = "Its height.")
    private @Nullable Integer height;

    @Option(names = "--frames", paramLabel = "N", description = "Its frames.")
    private @Nullable Integer frames;

    @Option(names = "--json", description = "Print all of it as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        try (ModelSource source = ModelSource.open(path)) {
            if (Files.isDirectory(source.path())) {
                folder(ModelFolder.open(source.path()));
            } else {
                file(source.path());
            }
        }
        return ExitCode.OK;
    }

    private void folder(ModelFolder folder) {
        ModelSummary summary = ModelSummary.of(folder, variant);
        MemoryForecast forecast = MemoryForecast.of(folder, variant, width, height, frames);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode node = summary.json(path);
            if (forecast != null) {
                forecast.putInto(node.putObject("memory"));
            }
            Json.print(out, node);
        } else {
            summary.print(path, out);
            if (forecast != null) {
                forecast.print(out);
            }
            out.flush();
        }
    }

    private void file(Path safetensors) {
        try (Safetensors file = Safetensors.open(safetensors)) {
            Map<DType, Long> dtypes = new EnumMap<>(DType.class);
            file.entries().forEach(e -> dtypes.merge(e.dtype(), e.shape().size(), Long::sum));
            if (json) {
                Json.print(spec.commandLine().getOut(), json(file, dtypes));
            } else {
                print(file, dtypes);
            }
        }
    }

    private ObjectNode json(Safetensors file, Map<DType, Long> dtypes) {
        ObjectNode node = Json.object();
        node.put("path", path.toString());
        node.put("valid", true);
        node.put("bytes", file.byteSize());
        ModelSummary.putDtypes(node, dtypes);
        ObjectNode tensors = node.putObject("tensors");
        for (Safetensors.Entry entry : file.entries()) {
            ObjectNode tensor = tensors.putObject(entry.name());
            tensor.put("dtype", entry.dtype().name());
            for (long dim : entry.shape().dims()) {
                tensor.withArray("shape").add(dim);
            }
            tensor.put("bytes", entry.bytes());
        }
        ObjectNode metadata = node.putObject("metadata");
        file.metadata().forEach(metadata::put);
        return node;
    }

    private void print(Safetensors file, Map<DType, Long> dtypes) {
        PrintWriter out = spec.commandLine().getOut();
        List<Safetensors.Entry> entries = file.entries();
        out.printf(
                Locale.ROOT,
                "%s: valid, %d tensors, %s, %s%n",
                path,
                entries.size(),
                ModelSummary.counts(dtypes),
                Bytes.text(file.byteSize()));
        int widest = entries.stream().mapToInt(e -> e.name().length()).max().orElse(0);
        for (Safetensors.Entry entry : entries) {
            out.printf(
                    Locale.ROOT,
                    "  %-" + Math.clamp(widest, 1, 80) + "s  %-8s %s%n",
                    printable(entry.name()),
                    entry.dtype(),
                    entry.shape());
        }
        file.metadata()
                .forEach(
                        (key, value) ->
                                out.printf("  %s = %s%n", printable(key), printable(value)));
        out.flush();
    }

    /// A file may call its tensors anything; a terminal should not have to obey it.
    private static String printable(String name) {
        return name.replaceAll("\\p{C}", "?");
    }
}
