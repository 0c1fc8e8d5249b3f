package lightcache4j.tests.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Once it is compiled, a clip leaves next to nothing on the Java heap: no kernel turns vectors
/// into objects, with the JVM's options that the launcher gives.
class HeapUseTest {
    @Test
    void aClipLeavesNextToNothing() throws IOException, InterruptedException {
        Path root = FixtureCase.folder().toAbsolutePath().resolve("../..").normalize();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "@" + root.resolve("cli/jvm.options"),
                                "--add-modules=jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HeapUse.class.getName(),
                                root.resolve("demo/model").toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
