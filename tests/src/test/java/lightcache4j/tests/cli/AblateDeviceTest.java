package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `ablate` on the device: its memory, apart from the host's.
@Tag("gpu")
class AblateDeviceTest {
    @TempDir private static Path folder;

    private static JsonNode report;
    private static String page;

    @BeforeAll
    static void runOnce() throws IOException {
        Path prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, "a red circle\n");
        Path html = folder.resolve("report.html");
        String words =
                "ablate --backend=gpu --width 48 --height 32 --frames 5 --seeds 1 --steps 6 --cache uniform --policies none --quiet --json";
        List<Object> call = new ArrayList<>(List.of((Object[]) words.split(" ")));
        call.addAll(List.of("--model", FixtureCase.named("pipelines/text_to_video").model()));
        call.addAll(List.of("--prompts", prompts, "--html", html));
        report = Program.done(call.toArray()).json();
        page = Files.readString(html);
    }

    private static double mean(String row, String path) {
        return AblateTest.row(report, row).at(path).get("mean").asDouble();
    }

    @Test
    void theDevicesMemoryIsAPartOfAll() {
        for (JsonNode row : report.get("rows")) {
            String name = row.get("name").asText();
            double most = 0;
            for (String stage : AblateTest.STAGES) {
                double device = mean(name, "/deviceBytes/" + stage);
                assertTrue(device > 0, name + " " + stage);
                assertTrue(device <= mean(name, "/peakBytes/" + stage), name + " " + stage);
                most = Math.max(most, device);
            }
            assertEquals(most, mean(name, "/deviceBytes/total"), name);
        }
    }

    /// What is swapped out is in host memory, and no longer on the device.
    @Test
    void techniquesSaveOnTheDevice() {
        for (String stage : AblateTest.STAGES) {
            double before = mean("cache", "/deviceBytes/" + stage);
            double after = mean("lightcache", "/deviceBytes/" + stage);
            assertTrue(after <= before, stage + ": " + after + " bytes, before " + before);
        }
        assertTrue(mean("lightcache", "/swappedBytes") > 0);
        assertTrue(
                mean("lightcache", "/deviceBytes/decode") < mean("cache", "/deviceBytes/decode"));
    }

    @Test
    void thePageTellsOfTheDevice() {
        assertTrue(page.contains("memory at most on the device"));
        assertTrue(page.contains("Working memory that tensors hold on the device"));
        assertTrue(page.contains("most held on the device, "));
    }
}
