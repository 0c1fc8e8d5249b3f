package lightcache4j.model.run.cache;

import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What uncached runs of a model tell caching policies.
///
/// @param setup the runs
/// @param magRatios for each step, how large what all blocks add is against the step before, per
///   token, in the mean ([MagCache])
/// @param coefficients of the polynomial of [TeaCache], the highest power first
/// @param errors for each kind of layer, each step and each distance back from 1 on, the mean
///   relative change of a layer's output ([SmoothCache]); distances that reach behind the first
///   step are left out
/// @param candidates how policies did on the same prompts, for [#choose]
public record Calibration(
        Setup setup,
        List<Double> magRatios,
        List<Double> coefficients,
        Map<String, List<List<Double>>> errors,
        List<Candidate> candidates) {

    /// The fewest runs that say anything of other prompts.
    static final int LEAST_RUNS = 3;

    public Calibration {
        magRatios = List.copyOf(magRatios);
        coefficients = List.copyOf(coefficients);
        errors = Map.copyOf(errors);
        candidates = List.copyOf(candidates);
    }

    /// The runs of a calibration.
    ///
    /// @param steps denoising steps
    /// @param width of the clips, in pixels
    /// @param height of the clips, in pixels
    /// @param frames of the clips
    /// @param guidance weight of the prompt
    /// @param runs how many there were
    public record Setup(int steps, int width, int height, int frames, double guidance, int runs) {}

    /// A policy that was tried.
    ///
    /// @param cache what `--cache` takes
    /// @param computed the share of attentions and feed-forwards that were computed, in the mean
    /// @param psnr of each run's frames against those of the uncached run, in decibels, at most 100
    public record Candidate(String cache, double computed, List<Double> psnr) {
        private static final double CERTAIN = 1.6449; // 95 % of a normal distribution lie below it
        private static final double NEARLY_ALL = 3.0902; // and 99.9 % below this

        public Candidate {
            psnr = List.copyOf(psnr);
        }

        /// What a run on another prompt can be expected to reach: the worst of the runs, and no
        /// more than what 999 of 1000 runs alike reach with a certainty of 95 %, by [#factor]
        /// deviations below the mean; −∞ for fewer than [#LEAST_RUNS]. Not 99 of 100: now and then
        /// a clip takes another course, so there are more far below the mean than a normal
        /// distribution has.
        public double expected() {
            int n = psnr.size();
            if (n < LEAST_RUNS) {
                return Double.NEGATIVE_INFINITY;
            }
            DoubleSummaryStatistics s =
                    psnr.stream().mapToDouble(Double::doubleValue).summaryStatistics();
            double squares = psnr.stream().mapToDouble(p -> Math.pow(p - s.getAverage(), 2)).sum();
            double deviation = Math.sqrt(squares / (n - 1));
            return Math.min(s.getMin(), s.getAverage() - factor(n) * deviation);
        }

        /// The factor of a one-sided tolerance interval of a normal distribution from `n` samples
        /// (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.3): the fewer runs there were,
        /// the less their mean and deviation say.
        static double factor(int n) {
            double a = 1 - CERTAIN * CERTAIN / (2 * (n - 1));
            double b = NEARLY_ALL * NEARLY_ALL - CERTAIN * CERTAIN / n;
            return (NEARLY_ALL + Math.sqrt(NEARLY_ALL * NEARLY_ALL - a * b)) / a;
        }
    }

    /// The same with candidates.
    public Calibration with(List<Candidate> tried) {
        return new Calibration(setup, magRatios, coefficients, errors, tried);
    }

    /// The candidate that computes least of those that can be expected to reach `psnr` decibels
    /// against the uncached run; empty if there is none that saves anything.
    ///
    /// @param steps of the run that it is for
    /// @throws UnusableCache if the calibration is for another number of steps, or of too few runs,
    ///   or tried no policies
    public Optional<Candidate> choose(double psnr, int steps) {
        requireSteps(steps);
        if (candidates.isEmpty()) {
            throw new UnusableCache(
                    "cache: the calibration has tried no policies, wanted some to choose from; lightcache4j calibrate without --tables-only tries them");
        }
        if (setup.runs() < LEAST_RUNS) {
            throw new UnusableCache(
                    "cache: the calibration is of %d runs, wanted %d or more, which tell how prompts differ"
                            .formatted(setup.runs(), LEAST_RUNS));
        }
        return candidates.stream()
                .filter(candidate -> candidate.computed() < 1 && candidate.expected() >= psnr)
                .min(
                        Comparator.comparingDouble(Candidate::computed)
                                .thenComparing(Candidate::expected, Comparator.reverseOrder()));
    }

    /// The errors of a kind of layer.
    ///
    /// @throws UnusableCache if they are for another number of steps
    List<List<Double>> errors(Layers layers, int steps) {
        requireSteps(steps);
        List<List<Double>> found = errors.get(layers.key());
        if (found == null || found.size() != steps) {
            throw new UnusableCache(
                    "cache: the calibration has no errors of %s for %d steps, wanted a list of lists"
                            .formatted(layers.key(), steps));
        }
        return found;
    }

    private void requireSteps(int steps) {
        if (steps != setup.steps()) {
            throw new UnusableCache(
                    "cache: the calibration is for %d steps, wanted one for %d; lightcache4j calibrate --steps %d makes it"
                            .formatted(setup.steps(), steps, steps));
        }
    }
}
