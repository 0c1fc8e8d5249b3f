package lightcache4j.cli;

import lightcache4j.model.run.cache.CalibrationFile;
import lightcache4j.weights.ModelSource;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;

/// Which checkpoint.
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "The checkpoint: a diffusers pipeline folder, or an archive of one (.tar, "
                            + ".tar.gz, .zip). The demo in demo/model if not given.")
    private @Nullable Path model;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description =
                    "Prefer weight files of this variant, such as fp16 or bf16; components that "
                            + "have none of it are read plain.")
    private @Nullable String variant;

    /// Opens the checkpoint that was asked for, or the demo.
    ///
    /// @throws UsageFailure if none was asked for and there is no demo
    ModelSource open() {
        return ModelSource.open(model == null ? demo() : model);
    }

    /// Where the calibration of the model lies, if it has one; null for an archive.
    @Nullable Path calibration() {
        Path folder = model == null ? demo() : model;
        return Files.isDirectory(folder) ? folder.resolve(CalibrationFile.NAME) : null;
    }

    /// What to call it in a report: the end of its path.
    String name() {
        return model == null
                ? "demo"
                : String.valueOf(model.toAbsolutePath().normalize().getFileName());
    }

    private static Path demo() {
        Path home = Path.of(System.getProperty("lightcache4j.home", ""));
        Path demo = home.resolve("demo").resolve("model");
        if (!Files.isDirectory(demo)) {
            throw new UsageFailure(
                    "model: none is given and there is no " + demo + "; give --model");
        }
        return demo;
    }

    /// The variant of the weight files to prefer; null for the plain ones.
    @Nullable String variant() {
        return variant;
    }
}
