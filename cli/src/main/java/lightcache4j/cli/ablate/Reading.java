package lightcache4j.cli.ablate;

import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Motion;
import lightcache4j.cli.media.Similarity;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Reuse;
import lightcache4j.tensors.Stage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The numbers of one row in one case, from one run or several.
final class Reading {
    /// What PSNR counts as where clips are equal, so that it has a mean.
    static final double MOST_DECIBELS = 100;

    private final Map<Column, List<Double>> values = new EnumMap<>(Column.class);

    /// The numbers of a run, save those that compare.
    void add(Report report) {
        Map<Stage, Report.Cost> stages = report.stages();
        Report.Cost none = new Report.Cost(0, 0, 0);
        put(
                stages.getOrDefault(Stage.ENCODE, none),
                Column.ENCODE_SECONDS,
                Column.ENCODE_PEAK,
                Column.ENCODE_DEVICE);
        put(
                stages.getOrDefault(Stage.DENOISE, none),
                Column.DENOISE_SECONDS,
                Column.DENOISE_PEAK,
                Column.DENOISE_DEVICE);
        put(
                stages.getOrDefault(Stage.DECODE, none),
                Column.DECODE_SECONDS,
                Column.DECODE_PEAK,
                Column.DECODE_DEVICE);
        put(report.total(), Column.TOTAL_SECONDS, Column.TOTAL_PEAK, Column.TOTAL_DEVICE);
        put(Column.SWAPPED_BYTES, (double) report.swap().bytesOut() + report.swap().bytesIn());
        put(Column.SWAP_COPY_SECONDS, report.swap().copySeconds());
        put(Column.SWAP_WAIT_SECONDS, report.swap().waitSeconds());
        Collection<Reuse> reuse = report.reuse().values();
        put(Column.KEPT_BYTES, reuse.stream().mapToDouble(Reuse::peakBytes).sum());
        put(Column.STEPS_COMPUTED, mean(reuse, Reuse::computed, report.steps()));
        put(Column.STEPS_REUSED, mean(reuse, branch -> branch.reused().size(), 0));
    }

    private void put(Report.Cost cost, Column seconds, Column peak, Column device) {
        put(seconds, cost.seconds());
        put(peak, (double) cost.peakBytes());
        put(device, (double) cost.deviceBytes());
    }

    private static double mean(
            Collection<Reuse> reuse, ToDoubleFunction<Reuse> number, double otherwise) {
        return reuse.stream().mapToDouble(number).average().orElse(otherwise);
    }

    /// How near the frames are to those of the baseline.
    void compare(List<Frame> frames, List<Frame> reference) {
        Similarity similarity = new Similarity();
        for (int i = 0; i < frames.size(); i++) {
            similarity.add(frames.get(i), reference.get(i));
        }
        put(Column.PSNR, Math.min(similarity.psnr(), MOST_DECIBELS));
        put(Column.SSIM, similarity.ssim().orElse(Double.NaN));
        put(
                Column.TEMPORAL_DEVIATION,
                Motion.deviation(Motion.energies(frames), Motion.energies(reference))
                        .orElse(Double.NaN));
    }

    private void put(Column column, double value) {
        values.computeIfAbsent(column, _ -> new ArrayList<>()).add(value);
    }

    /// The median over the runs; NaN if there is no value.
    double median(Column column) {
        double[] sorted =
                values.getOrDefault(column, List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .sorted()
                        .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// The least over the runs: the one that was disturbed least.
    ///
    /// @throws IllegalStateException if there is no value
    double least(Column column) {
        return values.getOrDefault(column, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElseThrow(() -> new IllegalStateException("reading: has no " + column));
    }

    /// The number, with the speed-ups over `baseline` that it alone does not know.
    double value(Column column, Reading baseline) {
        return switch (column) {
            case SPEEDUP -> ratio(Column.DENOISE_SECONDS, baseline);
            case TOTAL_SPEEDUP -> ratio(Column.TOTAL_SECONDS, baseline);
            default -> median(column);
        };
    }

    private double ratio(Column seconds, Reading baseline) {
        return baseline.median(seconds) / median(seconds);
    }
}
