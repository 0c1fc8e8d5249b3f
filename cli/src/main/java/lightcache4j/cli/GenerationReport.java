package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.pipeline.Report;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.offload.Streamed;
import lightcache4j.model.run.swap.Swapped;
import lightcache4j.tensors.Stage;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What a generation took and where its clip is.
///
/// @param report of the run that made the clip, or of the last one timed
/// @param budgeted how memory was kept within bounds, where any were set
/// @param repeated seconds of each run timed; empty if the clip was made once
/// @param mappedBytes of weights
/// @param backend what computed
record GenerationReport(
        Report report,
        Budgeted budgeted,
        List<Double> repeated,
        VideoSize size,
        long mappedBytes,
        String backend,
        Path written) {

    void print(PrintWriter out) {
        out.printf(Locale.ROOT, "seed     %d%n", report.seed());
        report.stages()
                .forEach((stage, cost) -> line(out, stage.name().toLowerCase(Locale.ROOT), cost));
        line(out, "total", report.total());
        report.reuse().forEach((branch, reuse) -> line(out, branch, reuse));
        swap(out, report.swap());
        if (!repeated.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "median   %8.2f s of %d runs after a first one%n",
                    median(repeated),
                    repeated.size());
        }
        report.weights().forEach((stage, weights) -> line(out, stage, weights));
        budgeted.print(out, report, mappedBytes);
        out.printf(
                "weights  %s mapped, in the dtypes they are stored in%n", Bytes.text(mappedBytes));
        out.printf(
                "written  %s (%d frames of %dx%d)%n",
                written, size.frames(), size.width(), size.height());
        out.flush();
    }

    private static void line(PrintWriter out, String name, Report.Cost cost) {
        String device =
                cost.deviceBytes() == 0
                        ? ""
                        : "   on the device %9s".formatted(Bytes.text(cost.deviceBytes()));
        out.printf(
                Locale.ROOT,
                "%-8s %8.2f s   peak %9s%s%n",
                name,
                cost.seconds(),
                Bytes.text(cost.peakBytes()),
                device);
    }

    private static void swap(PrintWriter out, Swapped swap) {
        if (swap.bytes() > 0) {
            out.printf(
                    Locale.ROOT,
                    "swap     %s out, %s back, copied in %.2f s, of which %.2f s were waited for%n",
                    Bytes.text(swap.bytesOut()),
                    Bytes.text(swap.bytesIn()),
                    swap.copySeconds(),
                    swap.waitSeconds());
        }
    }

    private static void line(PrintWriter out, Branch branch, Reuse reuse) {
        out.printf(
                "cache    %s: %d steps computed%s, %d reused %s, kept %s%n",
                branch.name().toLowerCase(Locale.ROOT),
                reuse.computed(),
                reuse.recomputed() == 0
                        ? ""
                        : " (%d after what was reused collapsed)".formatted(reuse.recomputed()),
                reuse.reused().size(),
                reuse.reused(),
                Bytes.text(reuse.peakBytes()));
    }

    private static void line(PrintWriter out, Stage stage, Streamed weights) {
        out.printf(
                Locale.ROOT,
                "offload  %s: %s of weights in memory at most, %s fetched in %.2f s, waited %.2f s%n",
                stage.name().toLowerCase(Locale.ROOT),
                Bytes.text(weights.peakBytes()),
                Bytes.text(weights.fetchedBytes()),
                weights.fetchSeconds(),
                weights.waitSeconds());
    }

    /// The middle of them; the mean of the two in the middle of an even number.
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    void printJson(PrintWriter out) {
        ObjectNode node = Json.object();
        node.put("seed", report.seed());
        node.put("steps", report.steps());
        node.put("width", size.width());
        node.put("height", size.height());
        node.put("frames", size.frames());
        node.put("backend", backend);
        ObjectNode stages = node.putObject("stages");
        report.stages()
                .forEach(
                        (stage, cost) ->
                                stages.putObject(stage.name().toLowerCase(Locale.ROOT))
                                        .put("seconds", cost.seconds())
                                        .put("peakBytes", cost.peakBytes())
                                        .put("deviceBytes", cost.deviceBytes()));
        ObjectNode cache = node.putObject("cache");
        report.reuse().forEach((branch, reuse) -> put(cache, branch, reuse));
        node.putObject("swap")
                .put("bytesOut", report.swap().bytesOut())
                .put("bytesIn", report.swap().bytesIn())
                .put("copySeconds", report.swap().copySeconds())
                .put("waitSeconds", report.swap().waitSeconds());
        ObjectNode offload = node.putObject("offload");
        report.weights().forEach((stage, weights) -> put(offload, stage, weights));
        budgeted.putInto(node, report, mappedBytes);
        if (repeated.isEmpty()) {
            node.put("seconds", report.seconds());
        } else {
            ArrayNode seconds = node.putArray("seconds");
            repeated.forEach(seconds::add);
        }
        node.put("peakBytes", report.peakBytes());
        node.put("deviceBytes", report.deviceBytes());
        node.put("mappedBytes", mappedBytes);
        node.put("output", written.toString());
        Json.print(out, node);
    }

    private static void put(ObjectNode cache, Branch branch, Reuse reuse) {
        ObjectNode node = cache.putObject(branch.name().toLowerCase(Locale.ROOT));
        node.put("stepsComputed", reuse.computed());
        node.put("stepsReused", reuse.reused().size());
        ArrayNode steps = node.putArray("reused");
        reuse.reused().forEach(steps::add);
        node.put("stepsRecomputed", reuse.recomputed());
        node.put("keptPeakBytes", reuse.peakBytes());
    }

    private static void put(ObjectNode offload, Stage stage, Streamed weights) {
        offload.putObject(stage.name().toLowerCase(Locale.ROOT))
                .put("residentPeakBytes", weights.peakBytes())
                .put("fetchedBytes", weights.fetchedBytes())
                .put("fetchSeconds", weights.fetchSeconds())
                .put("waitSeconds", weights.waitSeconds());
    }
}
