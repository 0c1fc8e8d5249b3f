package lightcache4j.tests.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Residency;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Safetensors;
import lightcache4j.weights.SafetensorsWriter;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Pages of a mapped file that come and go, as the system tells it.
class ResidencyTest {
    private static final int LENGTH = (4 << 20) / Float.BYTES;
    private static final long BYTES = 4L * LENGTH;

    /// Linux maps up to this much around a page that is touched, on either side of what was wanted.
    private static final long AROUND = 2 * (64 << 10);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("model.safetensors");
        List<SafetensorsWriter.Planned> plan = new ArrayList<>();
        List<String> names = List.of("a.1.w", "a.10.w", "a.2.b", "a.2.w", "b");
        names.forEach(
                name -> plan.add(new SafetensorsWriter.Planned(name, DType.F32, Shape.of(LENGTH))));
        try (SafetensorsWriter out = SafetensorsWriter.create(file, plan, Map.of())) {
            for (String name : names) {
                float[] numbers = new float[LENGTH];
                java.util.Arrays.fill(numbers, name.length());
                out.append(name, Tensor.of(numbers, LENGTH));
            }
            out.commit();
        }
    }

    @Test
    void pagesOfALayerComeAndGo() {
        MappedMemory.assumeTold();
        try (Checkpoint checkpoint = Checkpoint.open(file);
                Backend backend = Backends.preferred().open(1)) {
            Residency residency = backend.residency();
            assertEquals(Pool.RESIDENT, residency.pool());
            List<Tensor> layer = List.copyOf(checkpoint.tensorsBelow("a.2").values());
            long before = MappedMemory.resident(file);
            assertTrue(before <= AROUND, () -> before + " bytes before anything was read");
            for (int i = 0; i < 2; i++) {
                residency.fetch(layer, () -> true);
                long there = MappedMemory.resident(file) - before;
                assertTrue(there >= 2 * BYTES, () -> there + " bytes, wanted " + 2 * BYTES);
                assertTrue(there <= 2 * BYTES + AROUND, () -> there + " bytes, more than wanted");
                assertEquals(5, layer.getFirst().toFloats()[LENGTH - 1]);
                residency.evict(layer);
                long left = MappedMemory.resident(file) - before;
                assertTrue(left <= AROUND, () -> left + " bytes left of " + 2 * BYTES);
            }
            assertEquals(5, layer.getFirst().toFloats()[0], "evicted weights are read again");
        }
    }

    @Test
    void whatIsNoLongerWantedIsNotFetched() {
        MappedMemory.assumeTold();
        try (Safetensors opened = Safetensors.open(file);
                Backend backend = Backends.preferred().open(1)) {
            int[] asked = new int[1];
            backend.residency().fetch(List.copyOf(opened.tensors().values()), () -> asked[0]++ < 2);
            long there = MappedMemory.resident(file);
            assertTrue(there > 0, "nothing was fetched while it was wanted");
            assertTrue(there <= BYTES, () -> there + " bytes of " + 5 * BYTES);
        }
    }

    @Test
    void aLayerIsWhatItsNameSays() {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertEquals(List.of("a.1.w"), List.copyOf(checkpoint.tensorsBelow("a.1").keySet()));
            assertEquals(
                    List.of("a.2.b", "a.2.w"),
                    List.copyOf(checkpoint.tensorsBelow("a.2").keySet()));
            assertEquals(4, checkpoint.tensorsBelow("a").size());
            assertTrue(checkpoint.tensorsBelow("b").isEmpty());
            assertTrue(checkpoint.tensorsBelow("a.1.w").isEmpty());
            assertEquals(5, checkpoint.tensors().size());
        }
    }
}
