package lightcache4j.cli;

import lightcache4j.cli.timeline.Drawing;
import lightcache4j.cli.timeline.Lane;
import lightcache4j.cli.timeline.Recording;
import lightcache4j.weights.WholeFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;

/// Shows what a run did when.
@Command(
        name = "timeline",
        description = {
            "Shows from a flight recording what a run computed, copied and waited for, and when.",
            "",
            "  LIGHTCACHE4J_OPTS=-XX:StartFlightRecording:filename=run.jfr lightcache4j generate"
                    + " \"a red circle\" --swap",
            "  lightcache4j timeline run.jfr --from 1200 --length 30 --output timeline.svg",
            "",
            "Times are milliseconds after the first site of the model began. The totals are of the "
                    + "window as well.",
            ""
        },
        sortOptions = false)
final class Timeline implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The recording, a .jfr.")
    private Path file = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "MS",
            description = "Where the window begins. (default: ${DEFAULT-VALUE})")
    private double from;

    @Option(
            names = "--length",
            paramLabel = "MS",
            description = "How long it is. (default: to the end)")
    private @Nullable Double length;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.svg",
            description = "Draw the window to this file. (default: totals only)")
    private @Nullable Path output;

    @Override
    public Integer call() {
        if (!(from >= 0) || (length != null && !(length > 0))) {
            throw new UsageFailure(
                    "timeline: --from is %s and --length is %s, wanted 0 or more and more than 0"
                            .formatted(from, length));
        }
        Recording recording = Recording.read(file);
        double to = length == null ? recording.end() : from + length;
        if (from >= recording.end()) {
            throw new UsageFailure(
                    String.format(
                            Locale.ROOT,
                            "timeline: --from is %.1f, the recording ends at %.1f ms; wanted less",
                            from,
                            recording.end()));
        }
        if (output != null) {
            WholeFile.write(output, Drawing.of(recording, from, to));
        }
        totals(recording, to);
        return ExitCode.OK;
    }

    private void totals(Recording recording, double to) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-18s %8.2f to %.2f ms%n", "window", from, to);
        for (Recording.Stretch stage : recording.stages(from, to)) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %8.2f to %.2f ms%n",
                    stage.name(),
                    stage.start(),
                    stage.end());
        }
        for (Lane lane : Lane.values()) {
            long count = recording.count(lane, from, to);
            if (count > 0) {
                out.printf(
                        Locale.ROOT,
                        "%-18s %8.2f ms, %d times%n",
                        lane.label(),
                        recording.busy(lane, from, to),
                        count);
            }
        }
        out.flush();
    }
}
