package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Functional;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.SafetensorsWriter;
import lightcache4j.weights.WeightMismatch;
import lightcache4j.weights.Weights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Weights of int8 and what stands beside them, as bitsandbytes writes it.
class EightBitWeightsTest {
    private static final Tensor SCB = Tensor.of(new float[] {1, 2}, 2);

    @TempDir Path folder;

    private final Map<String, Tensor> tensors =
            new HashMap<>(
                    Map.of(
                            "q.weight", ofBytes(DType.I8, new byte[] {1, 2, 3, 4, 5, 6}, 2, 3),
                            "q.SCB", SCB,
                            "q.weight_format", ofBytes(DType.U8, new byte[1])));

    private static Tensor ofBytes(DType dtype, byte[] bytes, long... dims) {
        HostStorage storage = new HostStorage(MemorySegment.ofArray(bytes), Pool.HOST);
        return new Tensor(dtype, Shape.of(dims), storage, 0);
    }

    private Weights weights() {
        return new Weights("transformer", tensors);
    }

    private void refused(String message) {
        Weights weights = weights();
        WeightMismatch refused =
                assertThrows(WeightMismatch.class, () -> weights.at("q").matrix("weight", 2, 3));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void aWeightComesWithItsScale() {
        Weights weights = weights();
        Tensor weight = weights.at("q").matrix("weight", 2, 3);
        assertEquals(DType.I8, weight.dtype());
        assertSame(SCB, weight.scale());
        assertEquals(Set.of(), weights.unread());
    }

    @Test
    void theFormatMayBeLeftOut() {
        tensors.remove("q.weight_format");
        assertSame(SCB, weights().matrix("q.weight", 2, 3).scale());
    }

    @Test
    void otherTypesStandForThemselves() {
        tensors.put("q.weight", Tensor.of(new float[6], 2, 3));
        Weights weights = weights();
        assertNull(weights.matrix("q.weight", 2, 3).scale());
        assertEquals(Set.of("q.SCB", "q.weight_format"), weights.unread());
    }

    @Test
    void whatDoesNotFitIsNamed() {
        tensors.put("q.weight_format", ofBytes(DType.U8, new byte[] {2}));
        refused(
                "transformer: q.weight_format says that bytes lie in tiles of a GPU, wanted 0 for"
                        + " rows; save it again with a newer bitsandbytes");
        tensors.put("q.SCB", Tensor.of(new float[3], 3));
        refused("transformer: q.SCB is [3] F32, wanted [2] F32, as bitsandbytes writes it");
        tensors.put("q.SCB", ofBytes(DType.F16, new byte[4], 2));
        refused("transformer: q.SCB is [2] F16, wanted [2] F32, as bitsandbytes writes it");
        tensors.remove("q.SCB");
        refused(
                "transformer: q.weight is stored as I8 without q.SCB, wanted both, as bitsandbytes"
                        + " writes them");
        tensors.put("q.weight", ofBytes(DType.I8, new byte[6], 3, 2));
        refused(
                "transformer: q.weight is [3, 2] I8, wanted [2, 3]; does config.json belong to"
                        + " these weights?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'quant_method': 'gguf' | quant_method is gguf",
                "'load_in_4bit': true | load_in_4bit is true",
                "'quant_method': 'bitsandbytes', 'load_in_8bit': false, 'load_in_4bit': true"
                        + " | load_in_4bit is true",
                "'quant_method': 'bitsandbytes' | load_in_8bit is false"
            })
    void anotherQuantisationIsRefused(String fields, String is) throws IOException {
        quantised(fields);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            MalformedConfig refused = assertThrows(MalformedConfig.class, checkpoint::weights);
            assertEquals(
                    "%s/config.json quantization_config: %s, wanted 8 bits of bitsandbytes, or weights that are not quantised"
                            .formatted(folder.getFileName(), is),
                    refused.getMessage());
            assertEquals(1, checkpoint.tensors().size(), "it may still be listed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'load_in_8bit': true",
                "'quant_method': 'bitsandbytes', 'load_in_8bit': true, 'load_in_4bit': false"
            })
    void eightBitsOfBitsandbytesAreRead(String fields) throws IOException {
        quantised(fields);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertEquals(2, checkpoint.weights().tensor("w", 2).dim(0));
        }
    }

    private void quantised(String fields) throws IOException {
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of("w", SCB), Map.of());
        Files.writeString(
                folder.resolve("config.json"),
                "{'quantization_config': {%s}}".formatted(fields).replace('\'', '"'));
    }

    /// A norm or a table of int8 is no weight that bitsandbytes writes.
    @Test
    void onlyLinearLayersHaveThem() {
        Weights weights = weights();
        WeightMismatch refused =
                assertThrows(WeightMismatch.class, () -> weights.tensor("q.weight", 2, 3));
        assertEquals(
                "transformer: q.weight is stored as I8, wanted F32, F16 or BF16; convert the"
                        + " checkpoint first",
                refused.getMessage());
    }

    @Test
    void viewsTakeTheirPartOfTheScaleAlong() {
        Tensor weight = weights().matrix("q.weight", 2, 3);
        Tensor second = weight.rows(1, 2);
        assertArrayEquals(new float[] {2}, Objects.requireNonNull(second.scale()).toFloats());
        assertSame(SCB, weight.reshape(2, -1, 1).scale());
        assertThrows(ShapeMismatch.class, () -> weight.reshape(3, 2));
        assertThrows(ShapeMismatch.class, () -> weight.scaled(Tensor.of(new float[3], 3)));
        assertThrows(ShapeMismatch.class, () -> SCB.scaled(SCB));
    }

    @Test
    void aLinearLayerWantsTheScale() {
        Tensor bare = Objects.requireNonNull(tensors.get("q.weight"));
        Tensor x = Tensor.of(new float[3], 1, 3);
        try (var backend = Backends.named("reference").open(1);
                Workspace workspace = new Workspace(backend, new MemoryLedger())) {
            ShapeMismatch refused =
                    assertThrows(
                            ShapeMismatch.class,
                            () -> workspace.in(() -> Functional.linear(x, bare, null)));
            assertEquals(
                    "linear: weight is I8 [2, 3], wanted F32, F16, BF16 or I8 with a scale per row",
                    refused.getMessage());
        }
    }
}
