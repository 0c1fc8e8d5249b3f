package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.cli.Main;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A JVM that was started without the module of the Vector API.
class ScalarFallbackTest {
    private static final FixtureCase TEXT = FixtureCase.named("pipelines/text_to_video");

    @TempDir private Path folder;

    @Test
    void computesInPlainLoopsAndSaysSo() throws IOException, InterruptedException {
        Path clip = folder.resolve("x.safetensors");
        Path complained = folder.resolve("complained.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        Generating.options(TEXT).forEach(word -> command.add(String.valueOf(word)));
        command.addAll(List.of("--output", clip.toString()));
        Process child =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(complained.toFile())
                        .start();
        int code = child.waitFor();
        String said = Files.readString(complained);
        assertEquals(0, code, said);
        assertTrue(said.contains("note: backend: cpu: the module jdk.incubator.vector"), said);
        assertTrue(said.contains("computing with reference, which is slow"), said);
        Values expected = TEXT.output("sample").sample(0).permute(0, 2, 3, 1);
        Values actual = ReferenceFile.read(clip).get("frames");
        Parity.assertNear("frames", expected, actual, Parity.FRAMES);
    }
}
