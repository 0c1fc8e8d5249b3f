package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.AutomaticCaching;
import lightcache4j.model.run.cache.Calibration;
import lightcache4j.model.run.cache.CalibrationFile;
import lightcache4j.model.run.cache.UnusableCache;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// The choice of a policy by what a calibration measured.
class AutomaticCachingTest {
    private static final Calibration.Setup RUNS = new Calibration.Setup(10, 48, 32, 5, 4, 3);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve(CalibrationFile.NAME);
        CalibrationFile.write(file, calibration());
    }

    private static Calibration calibration() {
        List<List<Double>> none = Collections.nCopies(10, List.of());
        return new Calibration(
                RUNS,
                Collections.nCopies(10, 1.0),
                List.of(1.0, 0.0),
                Map.of("attention", none, "feed_forward", none),
                List.of(
                        new Calibration.Candidate("first-block", 1.0, List.of(100.0, 100.0, 100.0)),
                        new Calibration.Candidate("easycache", 0.7, List.of(47.0, 47.0, 47.0)),
                        new Calibration.Candidate(
                                "uniform:interval=2", 0.5, List.of(37.0, 37.0, 37.0)),
                        new Calibration.Candidate(
                                "taylorseer:use_lite_mode=true", 0.4, List.of(30.0, 41.0, 52.0)),
                        new Calibration.Candidate(
                                "uniform:interval=4", 0.3, List.of(19.0, 19.0, 19.0))));
    }

    /// The third but last goes up to 52, but its worst run down to 30, and others may go lower.
    @ParameterizedTest
    @CsvSource({
        "10, uniform:interval=4",
        "19, uniform:interval=4",
        "20, uniform:interval=2",
        "30, uniform:interval=2",
        "37, uniform:interval=2",
        "37.5, easycache",
        "47, easycache",
    })
    void takesTheCheapestThatWillDo(double psnr, String wanted) {
        AutomaticCaching chosen = AutomaticCaching.of("auto", psnr, RUNS, file);
        assertEquals(wanted, chosen.cache().orElseThrow());
        assertEquals(1, chosen.notices().size());
        assertTrue(chosen.notices().getFirst().contains("auto takes " + wanted));
    }

    /// Beside exact factors, from quantiles of the noncentral t distribution: `nct.ppf(0.95, n - 1,
    /// norm.ppf(0.999) * sqrt(n)) / sqrt(n)` in SciPy, which give those of Natrella's table A-7
    /// (Experimental Statistics, 1963).
    @ParameterizedTest
    @CsvSource({"5, 7.502", "10, 5.203", "20, 4.318", "50, 3.766"})
    void expectsLessTheFewerRunsThereWere(int runs, double factor) {
        List<Double> psnr = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            psnr.add(i % 2 == 0 ? 41.0 : 39.0);
        }
        double mean = psnr.stream().mapToDouble(x -> x).average().orElseThrow();
        double squares = psnr.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        double deviation = Math.sqrt(squares / (runs - 1));
        double expected = new Calibration.Candidate("uniform", 0.5, psnr).expected();
        assertEquals(factor, (mean - expected) / deviation, 0.012 * factor);
    }

    @Test
    void refusesTooFewRuns() {
        Calibration.Setup two = new Calibration.Setup(10, 48, 32, 5, 4, 2);
        Calibration c = calibration();
        CalibrationFile.write(
                file,
                new Calibration(two, c.magRatios(), c.coefficients(), c.errors(), c.candidates()));
        String seen =
                assertThrows(UnusableCache.class, () -> AutomaticCaching.of("auto", 30, RUNS, file))
                        .getMessage();
        assertTrue(seen.contains("is of 2 runs, wanted 3 or more"), seen);
    }

    @Test
    void computesEverythingWhereNothingWillDo() {
        AutomaticCaching chosen = AutomaticCaching.of("auto", 60, RUNS, file);
        assertTrue(chosen.cache().isEmpty());
        assertSame(SessionFactory.PLAIN, chosen.sessions());
        assertTrue(
                chosen.notices().getFirst().contains("computes everything: of 5 policies tried"),
                chosen.notices().toString());
        assertTrue(chosen.notices().getFirst().contains("the best is easycache with 47.0 dB"));
    }

    @Test
    void refusesOtherSteps() {
        Calibration.Setup longer = new Calibration.Setup(30, 48, 32, 5, 4, 1);
        String seen =
                assertThrows(
                                UnusableCache.class,
                                () -> AutomaticCaching.of("auto", 30, longer, file))
                        .getMessage();
        assertTrue(seen.contains("is for 10 steps, wanted one for 30"), seen);
    }

    @Test
    void tellsOfOtherSizesAndGuidance() {
        Calibration.Setup larger = new Calibration.Setup(10, 96, 64, 9, 5, 1);
        List<String> notices = AutomaticCaching.of("auto", 30, larger, file).notices();
        assertEquals(3, notices.size());
        assertTrue(notices.get(0).contains("5 frames of 48x32 for this run's 9 frames of 96x64"));
        assertTrue(notices.get(1).contains("guidance 4.0 for this run's 5.0"));
    }

    @Test
    void needsACalibration() {
        String seen =
                assertThrows(
                                UnusableCache.class,
                                () ->
                                        AutomaticCaching.of(
                                                "auto", 30, RUNS, folder.resolve("none.json")))
                        .getMessage();
        assertTrue(seen.contains("auto has no calibration in"), seen);
        assertEquals(
                "uniform:interval=2",
                AutomaticCaching.of("auto:calibration=" + file, 30, RUNS, null)
                        .cache()
                        .orElseThrow());
    }
}
