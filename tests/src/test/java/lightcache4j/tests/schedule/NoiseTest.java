package lightcache4j.tests.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.schedule.Noise;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Draws of `torch.randn`, one after the other from one generator.
class NoiseTest {
    /// PyTorch's single-precision logarithm, sine and cosine are off by about this.
    private static final float BOUND = 3e-7f;

    private static final Map<String, Values> DRAWS =
            ReferenceFile.read(FixtureCase.folder().resolve("tables/noise.safetensors"));

    static Stream<Named<JsonNode>> cases() {
        return StreamSupport.stream(FixtureCase.json("tables/noise.json").spliterator(), false)
                .map(c -> Named.of(c.required("name").asText(), c));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTorch(JsonNode c) {
        Noise noise = new Noise(c.required("seed").asLong());
        JsonNode shapes = c.required("shapes");
        assertTrue(shapes.size() > 0, "the case draws something");
        for (int i = 0; i < shapes.size(); i++) {
            Values expected = DRAWS.get(c.required("name").asText() + "." + i);
            Tensor drawn = noise.normal(dims(shapes.get(i)));
            assertArrayEquals(expected.shape(), drawn.shape().dims(), "shape of draw " + i);
            assertArrayEquals(expected.numbers(), drawn.toFloats(), BOUND, "draw " + i);
        }
    }

    private static long[] dims(JsonNode shape) {
        long[] dims = new long[shape.size()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = shape.get(i).asLong();
        }
        return dims;
    }

    @Test
    void hasTheMomentsOfANormalDistribution() {
        float[] values = new Noise(20).normal(200_001).toFloats();
        double mean = 0;
        double square = 0;
        double fourth = 0;
        for (float x : values) {
            mean += x / (double) values.length;
            square += (double) x * x / values.length;
            fourth += Math.pow(x, 4) / values.length;
        }
        assertEquals(0, mean, 0.01);
        assertEquals(1, square, 0.02);
        assertEquals(3, fourth, 0.15);
    }
}
