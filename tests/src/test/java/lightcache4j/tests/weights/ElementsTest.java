package lightcache4j.tests.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Elements;
import lightcache4j.weights.Safetensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;

/// Every dtype as float32, bit for bit what PyTorch makes of the same codes.
class ElementsTest {
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"C64", "F4", "F6_E2M3", "F6_E3M2"})
    void equalsPyTorch(DType dtype) {
        try (Safetensors file = Safetensors.open(SafetensorsFixtures.ELEMENTS)) {
            Tensor codes = file.tensor(dtype.name());
            assertEquals(dtype, codes.dtype());
            float[] values = Elements.toFloats(codes);
            float[] expected = file.tensor(dtype.name() + ".float").toFloats();
            assertEquals(expected.length, values.length);
            for (int i = 0; i < values.length; i++) {
                String which = dtype + " element " + i;
                // Compared as codes, so that −0 is not 0; NaN equals NaN whatever its payload.
                assertEquals(
                        Float.floatToIntBits(expected[i]), Float.floatToIntBits(values[i]), which);
                assertEquals(values[i], Elements.of(codes).at(i), which);
            }
        }
    }

    @Test
    void allCodesOfEightBitsAreThere() {
        try (Safetensors file = Safetensors.open(SafetensorsFixtures.ELEMENTS)) {
            for (Safetensors.Entry entry : file.entries()) {
                if (entry.dtype().bits() == 8 && entry.dtype() != DType.BOOL) {
                    assertEquals(256, entry.bytes(), entry.name());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"C64", "F4", "F6_E2M3", "F6_E3M2"})
    void typesWithoutSingleNumbersAreRefused(DType dtype) {
        HostStorage bytes = new HostStorage(MemorySegment.ofArray(new byte[64]), Pool.HOST);
        Tensor tensor = new Tensor(dtype, Shape.of(8), bytes, 0);
        ShapeMismatch refused = assertThrows(ShapeMismatch.class, () -> Elements.toFloats(tensor));
        assertTrue(refused.getMessage().contains(dtype + " [8], wanted"), refused.getMessage());
    }
}
