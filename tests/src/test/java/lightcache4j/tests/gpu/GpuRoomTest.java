package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.cli.Main;
import lightcache4j.tensors.Backend;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A clip that the device has no room for is refused before anything is computed.
@Tag("gpu")
class GpuRoomTest {
    private static final int OUT_OF_MEMORY = 6;

    @TempDir private Path folder;

    @Test
    void refusesWhatTheDeviceHasNoRoomFor() {
        assertRefused();
    }

    @Test
    void aBudgetDoesNotMakeRoom() {
        assertRefused("--memory-budget", "100g");
    }

    private void assertRefused(String... options) {
        Backend.Provider gpu = Backends.working("gpu");
        assertTrue(gpu.room().orElseThrow() < 4L << 30, "there is room for what is to be refused");
        Path clip = folder.resolve("clip.safetensors");
        List<String> words = new ArrayList<>(List.of("generate", "a red circle", "--backend"));
        words.addAll(List.of("gpu", "--model", Path.of("..", "demo", "model").toString()));
        words.addAll(List.of("--width", "2560", "--height", "2560", "--frames", "9"));
        words.addAll(List.of("--steps", "2", "--quiet", "--output", clip.toString()));
        words.addAll(List.of(options));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.run(
                        new PrintWriter(out),
                        new PrintWriter(err, true),
                        words.toArray(String[]::new));
        assertEquals(OUT_OF_MEMORY, code, err.toString());
        assertTrue(err.toString().contains("are available on the device;"), err.toString());
        assertTrue(Files.notExists(clip));
    }
}
