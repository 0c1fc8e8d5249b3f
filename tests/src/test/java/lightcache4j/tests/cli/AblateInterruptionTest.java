package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.cli.Main;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// `ablate` terminated in the middle, in a process of its own.
class AblateInterruptionTest {
    @TempDir private Path folder;

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC}) // elsewhere a process is not told of its end
    void interruptedItSaysSoAndLeavesNothing() throws IOException, InterruptedException {
        Path out = Files.createDirectory(folder.resolve("report")).resolve("x.html");
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a red circle");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-modules=jdk.incubator.vector");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        AblateTest.words(prompts, "--seeds", 100_000, "--html", out)
                .forEach(word -> command.add(String.valueOf(word)));
        command.remove("--quiet");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader lines = process.inputReader()) {
            String line = "";
            while (line != null && !line.startsWith("warm up  done")) {
                line = lines.readLine();
            }
            process.toHandle().destroy(); // Process.destroy would close its output
            List<String> rest = lines.lines().toList();
            assertEquals(
                    "lightcache4j: interrupted: no report was written",
                    rest.isEmpty() ? line : rest.getLast());
        }
        assertEquals(143, process.waitFor());
        try (Stream<Path> left = Files.list(out.getParent())) {
            assertEquals(List.of(), left.toList());
        }
    }
}
