package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The vector kernels on machines with other vectors than this one's, and, with the longest, on
/// such that fetch ahead and such that do not: a JVM of its own for each.
class VectorWidthTest {
    @ParameterizedTest
    @CsvSource({"4, true", "8, true", "16, true", "16, false"})
    void everyCaseHoldsWithVectorsOf(int lanes, boolean touch)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:MaxVectorSize=" + lanes * Float.BYTES,
                                "-Dlightcache4j.cpu.lanes=" + lanes,
                                "-Dlightcache4j.cpu.touch=" + touch,
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
