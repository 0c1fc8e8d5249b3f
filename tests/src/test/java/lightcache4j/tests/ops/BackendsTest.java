package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.DType;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What is promised of the CPU backends beside their results.
class BackendsTest {
    private static Backend.Provider named(String name) {
        return Backends.all().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theReferenceIsTheLastResort() {
        assertEquals(0, named("reference").preference());
        assertEquals("cpu", Backends.preferred().name());
    }

    @Test
    void aBackendSaysWhatItIs() {
        try (Backend backend = named("cpu").open(3)) {
            assertEquals("cpu", backend.name());
            assertTrue(backend.description().endsWith("3 threads"), backend.description());
        }
    }

    @Test
    void noThreadsAreRefused() {
        Backend.Provider provider = named("cpu");
        Exception refused = assertThrows(IllegalArgumentException.class, () -> provider.open(0));
        assertEquals("cpu: threads is 0, wanted 1 or more", refused.getMessage());
    }

    @Test
    void closingEndsItsThreads() {
        Backend backend = named("cpu").open(4);
        SequenceCases.linear(200, 64, 200, DType.F32, Activation.NONE).run(backend.ops());
        assertEquals(3, workers());
        backend.close();
        assertEquals(0, workers());
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lightcache4j-cpu"))
                .count();
    }

    @Test
    void severalCallersGetTheirOwnResults() throws Exception {
        List<OpCase> cases = new ArrayList<>();
        for (int n = 40; n < 48; n++) {
            cases.add(SequenceCases.linear(n, 192, 5 * n, DType.F32, Activation.SILU));
            cases.add(SequenceCases.attention(n, 3 * n, 2, 16));
        }
        try (Backend backend = named("cpu").open(2);
                ExecutorService callers = Executors.newFixedThreadPool(3)) {
            List<float[]> alone = cases.stream().map(c -> c.run(backend.ops()).toFloats()).toList();
            Callable<List<float[]>> all =
                    () -> cases.stream().map(c -> c.run(backend.ops()).toFloats()).toList();
            for (Future<List<float[]>> future : callers.invokeAll(List.of(all, all, all))) {
                List<float[]> together = future.get();
                for (int i = 0; i < alone.size(); i++) {
                    assertArrayEquals(alone.get(i), together.get(i), cases.get(i).toString());
                }
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheNextCallWorks() {
        OpCase good = SequenceCases.linear(200, 64, 200, DType.F32, Activation.NONE);
        try (Backend backend = named("cpu").open(2)) {
            float[] before = good.run(backend.ops()).toFloats();
            OpCase wrong = SequenceCases.linear(200, 64, 400, DType.F32, Activation.NONE);
            // The result of another case is too small for this one: some pieces run beyond it.
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> wrong.body().accept(backend.ops(), good.result()));
            assertArrayEquals(before, good.run(backend.ops()).toFloats());
        }
    }
}
