package lightcache4j.model.run.cache;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.Sessions;
import lightcache4j.model.run.swap.Swap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Computes everything, and measures what [Calibration] holds: one factory for all runs, which have
/// the same number of steps.
///
/// What it keeps for that lies beside the workspaces, on the Java heap: for each branch the
/// residual of all blocks and, of the outputs of each layer at the last [#REACH] steps, a sample.
public final class Calibrating implements SessionFactory {
    /// How many steps back layers are compared.
    static final int REACH = 3;

    private static final int DEGREE = 4;

    private final List<List<Double>> ratios = new ArrayList<>();
    private final List<Double> inputChanges = new ArrayList<>();
    private final List<Double> outputChanges = new ArrayList<>();
    private final Map<Layers, Mean[][]> errors = new TreeMap<>();

    @Override
    public Sessions open(Course course, Runner next, Swap swap) {
        for (Layers layers : Layers.values()) {
            errors.computeIfAbsent(layers, _ -> means(course.steps()));
        }
        CalibratedBranch conditional = new CalibratedBranch(this, course, next);
        CalibratedBranch unconditional = new CalibratedBranch(this, course, next);
        return branch -> branch == Branch.CONDITIONAL ? conditional : unconditional;
    }

    private static Mean[][] means(int steps) {
        return IntStream.range(0, steps)
                .mapToObj(
                        step ->
                                IntStream.range(0, Math.min(step, REACH))
                                        .mapToObj(_ -> new Mean())
                                        .toArray(Mean[]::new))
                .toArray(Mean[][]::new);
    }

    /// A branch begins.
    ///
    /// @return where its ratios go, one for each step
    List<Double> begin() {
        List<Double> series = new ArrayList<>();
        ratios.add(series);
        return series;
    }

    /// By how much the modulated input and the output changed in one step, relative to the step
    /// before.
    void change(double input, double output) {
        inputChanges.add(input);
        outputChanges.add(output);
    }

    /// By how much a layer's output at `step` differs from that `distance` steps before, relative
    /// to the later one.
    void error(Layers layers, int step, int distance, double error) {
        Objects.requireNonNull(errors.get(layers))[step][distance - 1].add(error);
    }

    /// What the runs so far say.
    ///
    /// @throws UnusableCache if there were none, or they had a single step
    public Calibration calibration(Calibration.Setup setup) {
        if (inputChanges.isEmpty()) {
            throw new UnusableCache(
                    "calibrate: no step was followed by another, wanted runs of 2 steps or more");
        }
        List<Double> magRatios =
                IntStream.range(0, setup.steps())
                        .mapToObj(
                                step ->
                                        ratios.stream()
                                                .mapToDouble(series -> series.get(step))
                                                .average()
                                                .orElse(1))
                        .toList();
        return new Calibration(
                setup,
                magRatios,
                LeastSquares.polynomial(inputChanges, outputChanges, DEGREE),
                errorTable(),
                List.of());
    }

    private Map<String, List<List<Double>>> errorTable() {
        Map<String, List<List<Double>>> table = new TreeMap<>();
        errors.forEach(
                (layers, steps) -> {
                    List<List<Double>> rows = new ArrayList<>();
                    for (Mean[] step : steps) {
                        rows.add(
                                IntStream.range(0, step.length)
                                        .mapToObj(k -> step[k].value())
                                        .toList());
                    }
                    table.put(layers.key(), rows);
                });
        return table;
    }

    /// A mean that grows.
    private static final class Mean {
        private double sum;
        private int count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return sum / Math.max(1, count);
        }
    }
}
