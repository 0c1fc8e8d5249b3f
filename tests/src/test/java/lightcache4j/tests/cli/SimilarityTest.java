package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Similarity;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Safetensors;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;

/// PSNR and SSIM against scikit-image, on the clips of `tests/fixtures/tables`.
class SimilarityTest {
    private static final Path TABLES = Path.of("fixtures", "tables");

    @Test
    void agreesWithScikitImage() throws IOException {
        JsonNode cases = new ObjectMapper().readTree(TABLES.resolve("similarity.json").toFile());
        try (Safetensors clips = Safetensors.open(TABLES.resolve("similarity.safetensors"))) {
            for (JsonNode expected : cases) {
                String name = expected.get("name").textValue();
                Similarity s = new Similarity();
                Tensor a = clips.tensor(name + ".a");
                Tensor b = clips.tensor(name + ".b");
                for (int f = 0; f < a.dim(0); f++) {
                    s.add(Frame.of(a.row(f)), Frame.of(b.row(f)));
                }
                assertNear(expected.get("psnr"), s.psnr(), name + " PSNR");
                assertNear(expected.get("ssim"), s.ssim().orElseThrow(), name + " SSIM");
                assertNear(expected.get("largest"), s.largest(), name + " largest");
                assertNear(expected.get("rms"), s.rms(), name + " RMS");
            }
        }
        assertTrue(cases.size() > 2, "cases");
    }

    /// The fixtures have eight digits.
    private static void assertNear(JsonNode expected, double actual, String what) {
        assertEquals(expected.doubleValue(), actual, 1e-6 * expected.doubleValue(), what);
    }

    @Test
    void equalClipsAreEqual() {
        Frame frame = Clips.smooth(20, 16, 1).getFirst();
        Similarity s = new Similarity();
        s.add(frame, frame);
        assertEquals(Double.POSITIVE_INFINITY, s.psnr());
        assertEquals(1, s.ssim().orElseThrow(), 1e-12);
        assertEquals(0, s.largest());
    }

    @Test
    void framesSmallerThanTheWindowHaveNoSsim() {
        Similarity s = new Similarity();
        s.add(new Frame(10, 40, new float[1200]), new Frame(10, 40, new float[1200]));
        assertTrue(s.ssim().isEmpty());
    }
}
