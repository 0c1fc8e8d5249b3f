package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The vector kernels on machines with shorter vectors than this one: a JVM of its own per width.
class VectorWidthTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void everyCaseHoldsWithVectorsOf(int bytes) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:MaxVectorSize=" + bytes,
                                "--add-modules=jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WidthCheck.class.getName(),
                                Integer.toString(bytes / Float.BYTES))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
