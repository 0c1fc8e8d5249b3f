package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.cache.Calibrating;
import lightcache4j.model.run.cache.Calibration;
import lightcache4j.model.run.cache.CalibrationFile;
import lightcache4j.model.run.cache.Tally;
import lightcache4j.model.run.cache.UnusableCache;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.weights.MalformedConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// What uncached runs tell policies, against diffusers' calibration of MagCache and the rules of
/// TeaCache and SmoothCache written out in PyTorch.
class CalibrationTest {
    private static final double NEAR = 1e-3;

    private static Generation run(String of, SessionFactory sessions) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            return CacheCase.named(of).generate(model, backend, ledger, sessions);
        }
    }

    private static Calibration calibrated(String guidance) {
        Calibrating calibrating = new Calibrating();
        run(guidance.equals("guided") ? "uncached" : "uncached_unguided", calibrating);
        return calibrating.calibration(new Calibration.Setup(10, 48, 32, 5, 4, 1));
    }

    private static double[] numbers(JsonNode list) {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).asDouble();
        }
        return numbers;
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"guided", "unguided"})
    void measuresWhatTheOriginalsMeasure(String guidance) {
        JsonNode wanted = FixtureCase.json("cache/calibration.json").required(guidance);
        Calibration found = calibrated(guidance);

        double[] ratios = new double[10];
        for (JsonNode branch : wanted.required("mag_ratios")) {
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] += branch.get(i).asDouble() / wanted.required("mag_ratios").size();
            }
        }
        assertArrayEquals(ratios, numbers(found.magRatios()), NEAR);

        List<Double> fitted = new ArrayList<>();
        for (double x : numbers(wanted.required("input_changes"))) {
            fitted.add(found.coefficients().stream().reduce(0.0, (sum, c) -> sum * x + c));
        }
        assertEquals(5, found.coefficients().size());
        assertArrayEquals(numbers(wanted.required("fitted")), numbers(fitted), NEAR);

        for (String kind : List.of("attention", "feed_forward")) {
            List<List<Double>> errors = found.errors().get(kind);
            for (int step = 0; step < 10; step++) {
                JsonNode at = wanted.required("errors").required(kind).get(step);
                assertArrayEquals(numbers(at), numbers(errors.get(step)), NEAR, kind + step);
            }
        }
    }

    @Test
    void changesNothing() {
        assertArrayEquals(
                run("uncached", SessionFactory.PLAIN).latents().toFloats(),
                run("uncached", new Calibrating()).latents().toFloats());
    }

    @Test
    void isReadAsItWasWritten(@TempDir Path folder) {
        Calibration written =
                calibrated("guided")
                        .with(
                                List.of(
                                        new Calibration.Candidate("easycache", 0.25, List.of(31.5)),
                                        new Calibration.Candidate(
                                                "uniform:interval=2", 0.5, List.of(40.0, 41.0))));
        Path file = folder.resolve(CalibrationFile.NAME);
        CalibrationFile.write(file, written);
        assertEquals(written, CalibrationFile.read(file));
    }

    @Test
    void saysWhatIsWrongWithAFile(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.json");
        assertTrue(
                assertThrows(
                                MalformedConfig.class,
                                () -> Caching.of("magcache:calibration=" + missing))
                        .getMessage()
                        .contains("is missing"));
        Path other = Files.writeString(folder.resolve("other.json"), "{\"format\": 2}");
        assertTrue(
                assertThrows(MalformedConfig.class, () -> CalibrationFile.read(other))
                        .getMessage()
                        .contains("format is 2, wanted 1"));
    }

    /// The file beside the model, or the one that is named.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "magcache:threshold=0.3",
                "teacache:threshold=0.5",
                "smoothcache:alpha=0.5",
            })
    void policiesGoByTheFile(String policy, @TempDir Path folder) {
        Path file = folder.resolve(CalibrationFile.NAME);
        CalibrationFile.write(file, calibrated("guided"));
        Generation beside = run("uncached", Caching.of(policy, file));
        Generation named = run("uncached", Caching.of(policy + ",calibration=" + file));
        assertEquals(beside.report().reuse(), named.report().reuse());
        assertTrue(
                beside.report().reuse().values().stream().allMatch(r -> !r.reused().isEmpty()),
                "nothing was reused");
    }

    /// `e(t, k) < alpha`, by a table in which distances 1 and 2 pass at even steps alone.
    @Test
    void smoothCacheGoesByKindAndDistance(@TempDir Path folder) {
        Calibration c = calibrated("guided");
        List<List<Double>> never = new ArrayList<>();
        List<List<Double>> even = new ArrayList<>();
        for (int step = 0; step < 10; step++) {
            int known = Math.min(step, 3);
            double error = step % 4 == 1 || step % 4 == 2 ? 0.01 : 0.9;
            never.add(Collections.nCopies(known, 0.9));
            even.add(Collections.nCopies(known, error));
        }
        Path file = folder.resolve(CalibrationFile.NAME);
        CalibrationFile.write(
                file,
                new Calibration(
                        c.setup(),
                        c.magRatios(),
                        c.coefficients(),
                        Map.of("attention", even, "feed_forward", never),
                        List.of()));
        Tally tally = new Tally(Caching.of("smoothcache:alpha=0.1", file));
        Generation g = run("uncached_unguided", tally);
        List<Integer> reused = List.of(1, 2, 5, 6, 9);
        g.report().reuse().values().forEach(r -> assertEquals(reused, r.reused()));
        Tally all = new Tally(SessionFactory.PLAIN);
        run("uncached_unguided", all);
        assertEquals(all.computed() - 5L * reused.size(), tally.computed());
    }

    @Test
    void smoothCacheTakesATimetableForEachKind(@TempDir Path folder) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("schedule.json"),
                        "{\"attention\": [0, 4], \"feed_forward\": [0, 1, 2, 3, 4, 5, 6, 7]}");
        Generation g = run("uncached_unguided", Caching.of("smoothcache:schedule=" + file));
        g.report()
                .reuse()
                .values()
                .forEach(r -> assertEquals(List.of(1, 2, 3, 5, 6, 7, 8, 9), r.reused()));
    }

    @Test
    void smoothCacheRefusesOtherSteps(@TempDir Path folder) {
        Calibration c = calibrated("unguided");
        Path file = folder.resolve(CalibrationFile.NAME);
        Calibration.Setup other = new Calibration.Setup(30, 48, 32, 5, 1, 1);
        CalibrationFile.write(
                file,
                new Calibration(other, c.magRatios(), c.coefficients(), c.errors(), List.of()));
        Caching caching = Caching.of("smoothcache", file);
        String seen =
                assertThrows(UnusableCache.class, () -> run("uncached", caching)).getMessage();
        assertTrue(seen.contains("is for 30 steps, wanted one for 10"), seen);
    }
}
