package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.WeightMismatch;
import lightcache4j.weights.Weights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The cursor into a checkpoint's names, and the reading of its configuration.
class WeightsTest {
    private static final Tensor MATRIX = Tensor.of(new float[6], 2, 3);
    private static final Tensor STEPS = Tensor.of(new int[1], 1);

    private final Weights weights =
            new Weights(
                    "transformer",
                    Map.of(
                            "blocks.0.to_q.weight", MATRIX,
                            "blocks.1.to_q.weight", MATRIX,
                            "blocks.10.norm.weight", MATRIX,
                            "steps", STEPS));

    @Test
    void theCursorFollowsTheNames() {
        assertSame(MATRIX, weights.at("blocks").at(1).at("to_q").tensor("weight", 2, 3));
        assertEquals("blocks.1.to_q", weights.at("blocks").at(1).at("to_q").path());
        assertTrue(weights.has("blocks.1"));
        assertTrue(weights.has("steps"));
        assertFalse(weights.has("blocks.1.to"));
        assertNull(weights.optional("bias", 3));
        assertEquals(Shape.of(2, 3), weights.at("blocks.0").shape("to_q.weight"));
        List<String> paths = weights.at("blocks").list(2, Weights::path);
        assertEquals(List.of("blocks.0", "blocks.1"), paths);
    }

    @Test
    void whatIsNotReadIsNamed() {
        weights.tensor("blocks.0.to_q.weight", 2, 3);
        weights.skip("blocks.1");
        assertEquals(Set.of("blocks.10.norm.weight", "steps"), weights.unread());
        WeightMismatch left = assertThrows(WeightMismatch.class, weights::requireAllRead);
        assertEquals(
                "transformer: 2 tensors were never read: blocks.10.norm.weight, steps;"
                        + " wanted none left over, is this another model's checkpoint?",
                left.getMessage());
        weights.skip("blocks", "steps");
        weights.requireAllRead();
    }

    @Test
    void whatIsMissingComesWithTheNearestName() {
        Weights cursor = weights.at("transformer.blocks.1");
        WeightMismatch missing =
                assertThrows(WeightMismatch.class, () -> cursor.tensor("to_q.weight", 2, 3));
        assertEquals(
                "transformer: transformer.blocks.1.to_q.weight is missing, wanted [2, 3];"
                        + " it does have blocks.1.to_q.weight",
                missing.getMessage());
    }

    @Test
    void shapesAndTypesAreChecked() {
        WeightMismatch shape =
                assertThrows(
                        WeightMismatch.class, () -> weights.tensor("blocks.0.to_q.weight", 3, 2));
        assertEquals(
                "transformer: blocks.0.to_q.weight is [2, 3] F32, wanted [3, 2];"
                        + " does config.json belong to these weights?",
                shape.getMessage());
        WeightMismatch type = assertThrows(WeightMismatch.class, () -> weights.tensor("steps", 1));
        assertTrue(type.getMessage().contains("stored as I32, wanted F32, F16 or BF16"));
        assertEquals(4, weights.unread().size(), "a refused tensor counts as read");
    }

    @ParameterizedTest
    @CsvSource({
        "count, 1.5, an integer",
        "count, '\"2\"', an integer",
        "count, 2147483648, an integer",
        "count, true, an integer",
        "count, null, an integer",
        "size, '\"x\"', a number",
        "on, 1, true or false",
        "name, 1, a string",
        "list, '[1, 2.5]', a list of integers",
        "list, '{}', a list of integers"
    })
    void fieldsOfTheWrongKind(String name, String value, String wanted, @TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{\"%s\": %s}".formatted(name, value));
        Config config = Config.read(file, "vae/config.json");
        MalformedConfig refused =
                assertThrows(
                        MalformedConfig.class,
                        () -> {
                            switch (name) {
                                case "count" -> config.integer(name);
                                case "size" -> config.real(name);
                                case "on" -> config.flag(name);
                                case "name" -> config.text(name);
                                default -> config.integers(name);
                            }
                        });
        assertTrue(
                refused.getMessage().startsWith("vae/config.json: " + name), refused.getMessage());
        assertTrue(refused.getMessage().endsWith(", wanted " + wanted), refused.getMessage());
    }

    @Test
    void fieldsAsPythonWritesThem(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(
                file,
                """
                {"count": 2.0, "size": 1, "list": [1, 2.0], "sizes": [1, 2.5], "none": null,
                 "far": Infinity, "names": ["a", "b"], "inner": {"on": true}, "count": 3}
                """);
        Config config = Config.read(file);
        assertEquals(3, config.integer("count"), "the last of two counts, as in Python");
        assertEquals(1.0, config.real("size"));
        assertEquals(List.of(1, 2), config.integers("list"));
        assertEquals(List.of(1.0, 2.5), config.reals("sizes"));
        assertEquals(7, config.integer("none", 7));
        assertEquals(Double.POSITIVE_INFINITY, config.real("far"));
        assertEquals(List.of("a", "b"), config.texts("names"));
        assertTrue(config.child("inner").flag("on"));
        assertNull(config.textOrNull("none"));
        assertThrows(
                MalformedConfig.class, () -> new Config("x", JsonNodeFactory.instance.arrayNode()));
    }
}
