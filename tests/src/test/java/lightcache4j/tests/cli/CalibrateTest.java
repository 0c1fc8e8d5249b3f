package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.cache.Calibration;
import lightcache4j.model.run.cache.CalibrationFile;
import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `calibrate`, and `generate --cache` with what it wrote.
class CalibrateTest {
    private static final Path MODEL = FixtureCase.folder().resolve("cache").resolve("model");

    @TempDir private Path folder;

    private Path prompts(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts.txt"), text);
    }

    private static Object[] words(String command, Object... more) {
        List<Object> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        words.addAll(Arrays.asList(more));
        words.addAll(List.of("--model", MODEL, "--quiet", "--width", 48, "--height", 32));
        words.addAll(List.of("--frames", 5, "--steps", 6, "--guidance", 4, "--threads", 1));
        return words.toArray();
    }

    @Test
    void writesTablesAndTriesPolicies() throws IOException {
        Path file = folder.resolve("c.json");
        Path prompts = prompts("a red circle\n\na blue ring\n");
        Program made =
                Program.done(words("calibrate --prompts", prompts, "--seeds", 2, "-o", file));
        assertTrue(made.out().contains("written  %s (4 runs of 6 steps)".formatted(file)));
        Calibration found = CalibrationFile.read(file);
        assertEquals(new Calibration.Setup(6, 48, 32, 5, 4, 4), found.setup());
        assertEquals(6, found.magRatios().size());
        for (Calibration.Candidate candidate : found.candidates()) {
            assertEquals(4, candidate.psnr().size(), candidate.cache());
            assertTrue(candidate.computed() > 0 && candidate.computed() <= 1, candidate.cache());
            assertTrue(made.out().contains(candidate.cache()));
        }
        Calibration.Candidate half = found.candidates().getFirst();
        assertEquals("uniform:interval=2", half.cache());
        assertEquals(0.5, half.computed(), 1e-9);

        byte[] first = Files.readAllBytes(file);
        Program.done(words("calibrate --prompts", prompts, "--seeds", 2, "-o", file));
        assertArrayEquals(first, Files.readAllBytes(file), "a second calibration differs");
        automaticRunKeepsTo(found, file);
    }

    private void automaticRunKeepsTo(Calibration found, Path file) {
        Calibration.Candidate cheapest = found.choose(5, 6).orElseThrow();
        Path clip = folder.resolve("clip.safetensors");
        Object[] words =
                words(
                        "generate x --seed 1 --quality psnr=5 -o",
                        clip,
                        "--cache",
                        "auto:calibration=" + file);
        Program run = Program.done(words);
        assertTrue(run.err().contains("note: cache: auto takes " + cheapest.cache()), run.err());
        assertTrue(run.out().contains("reused"), run.out());
    }

    @Test
    void tablesAloneAreQuick() throws IOException {
        Path file = folder.resolve("c.json");
        Program.done(
                words("calibrate --tables-only --prompts", prompts("a red circle"), "-o", file));
        assertTrue(CalibrationFile.read(file).candidates().isEmpty());
        Program.refused(
                2,
                "has tried no policies & --tables-only",
                words("generate x --cache", "auto:calibration=" + file));
    }

    /// Equal prompts from equal noise would change no mean.
    @Test
    void everyRunHasNoiseOfItsOwn() throws IOException {
        Path file = folder.resolve("c.json");
        Program.done(
                words("calibrate --tables-only --prompts", prompts("a red circle"), "-o", file));
        List<Double> once = CalibrationFile.read(file).magRatios();
        Path twice = prompts("a red circle\na red circle\n");
        Program.done(words("calibrate --tables-only --prompts", twice, "-o", file));
        assertNotEquals(once, CalibrationFile.read(file).magRatios());
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path file = folder.resolve("c.json");
        Program.refused(2, "--prompts", words("calibrate"));
        Program.refused(
                3,
                "has no prompt, wanted one on a line",
                words("calibrate --prompts", prompts("\n\n"), "-o", file));
        Program.refused(
                2,
                "--seeds is 0, wanted 1",
                words("calibrate --seeds 0 --prompts", prompts("x"), "-o", file));
        Program.refused(2, "magcache has no calibration in", words("generate x --cache magcache"));
        Program.refused(
                2, "interval of uniform is \"0\"", words("generate x --cache uniform:interval=0"));
        Program.refused(2, "\"fast\" is no policy", words("generate x --cache fast"));
        Program.refused(2, "wanted --cache auto", words("generate x --quality psnr=30"));
        Program.refused(
                2, "wanted decibels, such as psnr=30", words("generate x --quality ssim=1"));
        assertFalse(Files.exists(file));
    }

    @Test
    void takesEveryPolicyAsDocumented() {
        for (String policy :
                List.of(
                        "first-block:threshold=0.1",
                        "taylorseer:cache_interval=3,max_order=1,disable_cache_before_step=2,disable_cache_after_step=7",
                        "magcache:threshold=0.05,max_skip_steps=3,retention_ratio=0.25,mag_ratios=1.0;0.99;1.01",
                        "pab:spatial_range=2,cross_range=3,timesteps=100;950",
                        "fastercache:spatial_range=2,timesteps_range=-1;681,weight=0.5,uncond_range=5,uncond_timesteps_range=-1;641,alpha_low=1.1,alpha_high=1.1,low_timesteps=99;901,high_timesteps=-1;301",
                        "uniform:interval=2,branch=0",
                        "uniform:interval=2,compat=lightcache")) {
            Program run =
                    Program.done(
                            words(
                                    "generate x --seed 1 --cache",
                                    policy,
                                    "-o",
                                    folder.resolve("x.safetensors")));
            assertTrue(run.out().contains("conditional:"), policy);
            assertEquals(
                    policy.contains("cross_range"),
                    run.err().contains("note: cache: cross_range of pab acts on nothing"));
        }
    }
}
