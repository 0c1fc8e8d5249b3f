package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Small work beside operations: by a thread of its own where a core is free, else by the threads
/// that compute.
class ErrandsTest {
    private static final int PIECES = 200;
    private static final int SIDE = 96;

    static IntStream threads() {
        int cores = Runtime.getRuntime().availableProcessors();
        return IntStream.of(1, Math.max(2, cores), cores + 3).distinct();
    }

    private static void compute(Backend backend) {
        Tensor x = Tensor.of(new float[SIDE * SIDE], SIDE, SIDE);
        Tensor out = Tensor.of(new float[SIDE * SIDE], SIDE, SIDE);
        backend.ops().linear(out, x, x, null, Activation.NONE);
    }

    @ParameterizedTest
    @MethodSource("threads")
    void piecesAreDoneInOrderBesideOperations(int threads) throws Exception {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        try (Backend backend = Backends.named("cpu").open(threads);
                ExecutorService errands = backend.errands("test")) {
            Future<?> half = null;
            for (int i = 0; i < PIECES; i++) {
                int number = i;
                Future<?> piece = errands.submit(() -> done.add(number));
                half = i == PIECES / 2 ? piece : half;
                compute(backend);
            }
            assertInstanceOf(Future.class, half).get();
            assertEquals(PIECES / 2, done.get(PIECES / 2));
        }
        assertEquals(IntStream.range(0, PIECES).boxed().toList(), done);
    }

    /// Long after the last operation all threads sleep.
    @ParameterizedTest
    @MethodSource("threads")
    void nobodyNeedsToCompute(int threads) throws Exception {
        try (Backend backend = Backends.named("cpu").open(threads);
                ExecutorService errands = backend.errands("test")) {
            compute(backend);
            for (int i = 0; i < 3; i++) {
                TimeUnit.MILLISECONDS.sleep(20);
                assertEquals(7, errands.submit(() -> 7).get(10, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("threads")
    void aFailureIsToldToWhoWaits(int threads) throws Exception {
        try (Backend backend = Backends.named("cpu").open(threads);
                ExecutorService errands = backend.errands("test")) {
            Future<?> bad =
                    errands.submit(
                            () -> {
                                throw new IllegalStateException("no room");
                            });
            Exception e = assertThrows(ExecutionException.class, bad::get);
            assertInstanceOf(IllegalStateException.class, e.getCause());
            assertEquals(1, errands.submit(() -> 1).get());
        }
    }

    /// Two who ask for work share the threads; one ends, the other goes on.
    @ParameterizedTest
    @MethodSource("threads")
    void oneEndsAndTheOtherGoesOn(int threads) throws Exception {
        try (Backend backend = Backends.named("cpu").open(threads);
                ExecutorService other = backend.errands("other")) {
            ExecutorService errands = backend.errands("test");
            errands.close();
            assertThrows(RejectedExecutionException.class, () -> errands.submit(() -> 1));
            assertEquals(2, other.submit(() -> 2).get());
            compute(backend);
        }
    }
}
