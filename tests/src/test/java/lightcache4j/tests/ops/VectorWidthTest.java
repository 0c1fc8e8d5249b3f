package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The vector kernels on machines with other vectors than this one's: a JVM of its own per width.
class VectorWidthTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void everyCaseHoldsWithVectorsOf(int lanes) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:MaxVectorSize=" + lanes * Float.BYTES,
                                "-Dlightcache4j.cpu.lanes=" + lanes,
                                "--add-modules=jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WidthCheck.class.getName(),
                                Integer.toString(lanes))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
