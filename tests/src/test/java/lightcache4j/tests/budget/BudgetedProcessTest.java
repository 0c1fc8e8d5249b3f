package lightcache4j.tests.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.cli.Main;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A process that was given a budget against the memory that the JVM itself counts. Buffers and
/// results for the caller are bounded by the JVM's limit on direct memory; blocks of the heap are
/// not, and are counted by the JVM's memory tracking.
class BudgetedProcessTest {
    private static final long MEGABYTE = 1_000_000;

    /// What kernels pack, and buffers of files: no tensors, bounded, and not part of the budget.
    private static final long BESIDE_TENSORS = 8 * MEGABYTE;

    private static final Pattern PEAK =
            Pattern.compile(
                    "Other \\(reserved.*?\\(peak=(\\d+)|Other.*?malloc=(\\d+)[^\\n]*at peak",
                    Pattern.DOTALL);

    private static final Path MODEL = Path.of("../demo/model").toAbsolutePath().normalize();

    @TempDir private Path folder;

    /// @param report as printed
    /// @param peak bytes outside the Java heap, at most
    private record Outcome(JsonNode report, long peak) {}

    private Outcome run(String budget) throws IOException, InterruptedException {
        Path said = folder.resolve("said.txt");
        Path complained = folder.resolve("complained.txt");
        Process child =
                new ProcessBuilder(command(budget))
                        .redirectOutput(said.toFile())
                        .redirectError(complained.toFile())
                        .start();
        assertEquals(0, child.waitFor(), Files.readString(complained));
        String text = Files.readString(said);
        Matcher peak = PEAK.matcher(text);
        assertTrue(peak.find(), text);
        String bytes = peak.group(1) == null ? peak.group(2) : peak.group(1);
        return new Outcome(new ObjectMapper().readTree(text), Long.parseLong(bytes));
    }

    private List<String> command(String budget) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:MaxDirectMemorySize=4m"));
        command.addAll(
                List.of("-XX:NativeMemoryTracking=summary", "-XX:+UnlockDiagnosticVMOptions"));
        command.addAll(List.of("-XX:+PrintNMTStatistics", "--add-modules=jdk.incubator.vector"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("generate", "a red circle", "--memory-budget", budget));
        command.addAll(
                List.of(
                        "--model",
                        MODEL.toString(),
                        "--steps",
                        "1",
                        "--guidance",
                        "1",
                        "--seed",
                        "1"));
        command.addAll(List.of("--width", "160", "--height", "160", "--frames", "9"));
        command.addAll(List.of("--max-sequence-length", "16", "--quiet", "--json"));
        command.addAll(List.of("--output", folder.resolve("clip.gif").toString()));
        return command;
    }

    @Test
    void holdsWhatWasForeseen() throws IOException, InterruptedException {
        Outcome free = run("1g");
        Outcome tight = run("16m");
        for (Outcome run : List.of(free, tight)) {
            JsonNode budget = run.report().required("budget");
            assertEquals(
                    budget.required("foreseenBytes").asLong(),
                    budget.required("heldBytes").asLong());
        }
        long tensors = tight.report().required("peakBytes").asLong();
        assertTrue(tensors < 16 * MEGABYTE);
        assertTrue(tight.peak() >= tensors, () -> tight.peak() + " bytes: not all are counted");
        assertTrue(tight.peak() <= tensors + BESIDE_TENSORS, () -> tight.peak() + " bytes held");
        assertTrue(
                free.peak() > tensors + 3 * BESIDE_TENSORS,
                () -> free.peak() + " bytes without a plan: the budget says nothing");
    }
}
