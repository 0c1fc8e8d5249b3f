package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.ReferenceFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `generate` is told about memory.
class GenerateMemoryTest {
    private static final FixtureCase TEXT = FixtureCase.named("pipelines/text_to_video");

    @TempDir private Path folder;

    @Test
    void aBudgetIsPlannedForToldAndKept() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        Path planned = folder.resolve("planned.safetensors");
        JsonNode free =
                Generating.done(TEXT, "--output", whole, "--json", "--memory-budget", "1g").json();
        long foreseen = free.required("budget").required("foreseenBytes").asLong();
        Program run =
                Generating.done(
                        TEXT, "--output", planned, "--json", "--memory-budget", foreseen - 1);
        JsonNode budget = run.json().required("budget");
        assertEquals(foreseen - 1, budget.required("bytes").asLong());
        assertTrue(budget.required("heldBytes").asLong() < foreseen);
        assertEquals(budget.required("foreseenBytes"), budget.required("heldBytes"));
        assertFalse(budget.required("without").isEmpty());
        String option = budget.required("without").fieldNames().next();
        assertTrue(run.err().contains(option + " (else "), run.err());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(planned));
    }

    @Test
    void aBudgetThatIsTooSmallIsRefusedWithTheLeastThatWouldDo() {
        Path out = folder.resolve("x.safetensors");
        Program refused = Generating.run(TEXT, "--output", out, "--memory-budget", "10k");
        assertEquals(6, refused.code());
        assertFalse(Files.exists(out));
        Matcher least = Pattern.compile("wanted --memory-budget (\\d+)").matcher(refused.err());
        assertTrue(least.find(), refused.err());
        long bytes = Long.parseLong(least.group(1));
        Generating.done(TEXT, "--output", out, "--memory-budget", bytes);
        assertEquals(6, Generating.run(TEXT, "--output", out, "--memory-budget", bytes - 1).code());
    }

    @ParameterizedTest
    @CsvSource({"2g, 2000000000", "1.5GB, 1500000000", "64MiB, 67108864", "9842176, 9842176"})
    void budgetsHaveUnits(String text, long bytes) {
        Path out = folder.resolve("x.safetensors");
        JsonNode report =
                Generating.done(TEXT, "--output", out, "--json", "--memory-budget", text).json();
        assertEquals(bytes, report.required("budget").required("bytes").asLong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"much", "0", "-1g", "2gg", "5i", "1.5.2m"})
    void aBudgetIsANumberOfBytes(String text) {
        Program.refused(2, "--memory-budget & 512m", "generate", "x", "--memory-budget=" + text);
    }

    @Test
    void tilesChangeAClipALittle() {
        Path whole = folder.resolve("whole.safetensors");
        Path tiled = folder.resolve("tiled.safetensors");
        Generating.done(TEXT, "--output", whole);
        Generating.done(TEXT, "--output", tiled, "--tile", 32);
        float[] a = ReferenceFile.read(whole).get("frames").numbers();
        float[] b = ReferenceFile.read(tiled).get("frames").numbers();
        assertEquals(a.length, b.length);
        double error = 0;
        for (int i = 0; i < a.length; i++) {
            error += (a[i] - b[i]) * (a[i] - b[i]) / a.length;
        }
        double psnr = -10 * Math.log10(error);
        assertTrue(psnr > 15 && psnr < 100, "PSNR " + psnr);
        assertEquals(3, Generating.run(TEXT, "--output", tiled, "--tile", 7).code());
    }
}
