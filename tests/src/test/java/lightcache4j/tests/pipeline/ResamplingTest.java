package lightcache4j.tests.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lightcache4j.model.pipeline.BicubicResize;
import lightcache4j.model.pipeline.Interpolation;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Resampling against Pillow, to the byte, and PyTorch.
class ResamplingTest {
    private static final Map<String, Values> BICUBIC = table("resize");
    private static final Map<String, Values> TRILINEAR = table("interpolate");

    private static Map<String, Values> table(String name) {
        Path file = FixtureCase.folder().resolve("tables").resolve(name + ".safetensors");
        return ReferenceFile.read(file);
    }

    static Stream<String> bicubic() {
        return names(BICUBIC);
    }

    static Stream<String> trilinear() {
        return names(TRILINEAR);
    }

    private static Stream<String> names(Map<String, Values> table) {
        return table.keySet().stream()
                .filter(name -> name.endsWith(".before"))
                .map(name -> name.replace(".before", ""));
    }

    private static Values get(Map<String, Values> table, String name) {
        return Objects.requireNonNull(table.get(name));
    }

    @ParameterizedTest
    @MethodSource
    void bicubic(String name) {
        Values in = get(BICUBIC, name + ".before");
        Values wanted = get(BICUBIC, name + ".after");
        byte[] is =
                BicubicResize.resize(
                        bytes(in),
                        (int) in.shape()[0],
                        (int) in.shape()[1],
                        3,
                        (int) wanted.shape()[0],
                        (int) wanted.shape()[1]);
        assertArrayEquals(bytes(wanted), is);
    }

    @Test
    void bicubicRefusesPixelsThatAreTooFew() {
        assertThrows(ShapeMismatch.class, () -> BicubicResize.resize(new byte[11], 2, 2, 3, 4, 4));
    }

    @ParameterizedTest
    @MethodSource
    void trilinear(String name) {
        for (String kind : List.of("edges", "corners")) {
            Values wanted = get(TRILINEAR, name + "." + kind);
            Tensor is =
                    Interpolation.trilinear(
                            get(TRILINEAR, name + ".before").tensor(),
                            (int) wanted.shape()[0],
                            (int) wanted.shape()[1],
                            (int) wanted.shape()[2],
                            kind.equals("corners"));
            assertArrayEquals(wanted.numbers(), is.toFloats(), 1e-6f, kind);
        }
    }

    private static byte[] bytes(Values values) {
        int[] whole = values.ints();
        byte[] bytes = new byte[whole.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) whole[i];
        }
        return bytes;
    }
}
