package lightcache4j.tests.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.cli.Main;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A model of 14 GB, about as much as EasyAnimate V5.1 7B has, generates in a process that never
/// holds 4 GB.
@Tag("long")
class LargeModelTest {
    private static final long GIGABYTE = 1_000_000_000;
    private static final WideModel MODEL = new WideModel(29, 48, 512, 1 << 20);
    private static final long PATIENCE_MINUTES = 30;
    private static final long POLL_MILLIS = 50;

    @TempDir private Path folder;

    @Test
    void fourteenGigabytesOfWeightsRunInFour() throws IOException, InterruptedException {
        MappedMemory.assumeTold();
        assertTrue(MODEL.bytes() >= 14 * GIGABYTE, () -> "the model has " + MODEL.bytes());
        MODEL.write(folder.resolve("model"));
        Path clip = folder.resolve("clip.safetensors");
        Path said = folder.resolve("said.json");
        Path complained = folder.resolve("complained.txt");
        Process child =
                new ProcessBuilder(command(clip))
                        .redirectOutput(said.toFile())
                        .redirectError(complained.toFile())
                        .start();
        long peak = highWater(child);
        assertEquals(0, child.exitValue(), () -> read(complained));
        assertTrue(peak < 4 * GIGABYTE, () -> "the process held " + peak + " bytes");
        assertTrue(peak > MODEL.blockBytes(), () -> "the process held only " + peak + " bytes");
        JsonNode report = new ObjectMapper().readTree(said.toFile());
        assertTrue(report.required("mappedBytes").asLong() >= MODEL.bytes());
        JsonNode denoise = report.required("offload").required("denoise");
        long resident = denoise.required("residentPeakBytes").asLong();
        assertTrue(resident >= 2 * MODEL.blockBytes(), () -> resident + " bytes of weights");
        assertTrue(resident < 3 * MODEL.blockBytes(), () -> resident + " bytes of weights");
        requirePicture(clip);
    }

    private static void requirePicture(Path clip) {
        Map<String, Values> tensors = ReferenceFile.read(clip);
        float[] frames = tensors.get("frames").numbers();
        for (float value : frames) {
            assertTrue(Float.isFinite(value), "a pixel is not finite");
        }
        assertNotEquals(frames[0], frames[frames.length / 2], "the clip is of one colour");
    }

    private List<String> command(Path clip) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "--add-modules=jdk.incubator.vector"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("generate", "a red circle", "--offload", "block"));
        command.addAll(List.of("--model", folder.resolve("model").toString()));
        command.addAll(List.of("--steps", "2", "--guidance", "1", "--seed", "1"));
        command.addAll(List.of("--width", "32", "--height", "32", "--frames", "1"));
        command.addAll(List.of("--max-sequence-length", "16", "--quiet", "--json"));
        command.addAll(List.of("--output", clip.toString()));
        return command;
    }

    /// The most that the process ever had in memory, files included, in bytes; waits for its end.
    private static long highWater(Process child) throws InterruptedException {
        Path status = Path.of("/proc/" + child.pid() + "/status");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        long peak = 0;
        while (!child.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, highWater(status));
            if (System.nanoTime() > deadline) {
                child.destroyForcibly();
            }
        }
        return peak;
    }

    private static long highWater(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            return 0; // it has just ended
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
