package lightcache4j.tests.economy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.swap.Kept;
import lightcache4j.model.run.swap.Shelf;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/// What is kept comes back: when, from where, and with which bits.
class SwapTest {
    private static final float[] AWKWARD = {
        0f,
        -0f,
        1f,
        0x1.01p0f, // half way to the next of BF16
        0x1.03p0f,
        -0x1.01p0f,
        0x1.ffp127f,
        65520f, // half way from the largest of F16 to what would follow
        Math.nextDown(65520f),
        0x1p-133f,
        0x1p-25f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        Float.MAX_VALUE,
        Float.MIN_VALUE
    };

    /// Odd in number, and more than pass through at a time.
    private static float[] numbers() {
        float[] numbers = new float[(1 << 18) + 77];
        Random random = new Random(5);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(-20, 20)));
        }
        System.arraycopy(AWKWARD, 0, numbers, 0, AWKWARD.length);
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({"true, F32", "true, F16", "true, BF16", "false, F16", "false, BF16"})
    void whatLeftComesBackRoundedToTheNearest(boolean leave, DType rest, @TempDir Path folder) {
        float[] numbers = numbers();
        MemoryLedger ledger = new MemoryLedger();
        try (Backend backend = Backends.preferred().open(1);
                Workspace workspace = new Workspace(backend, ledger);
                Swap swap = Swap.open(workspace, new Swap.Settings(leave, rest, folder))) {
            float[] back = workspace.in(() -> roundTrip(swap, ledger, numbers, leave, rest));
            for (int i = 0; i < numbers.length; i++) {
                float wanted = nearest(numbers[i], rest);
                assertEquals(Float.floatToIntBits(wanted), Float.floatToIntBits(back[i]));
            }
        }
        for (Pool pool : Pool.values()) {
            assertEquals(0, ledger.current(pool), "bytes left in " + pool.label());
        }
    }

    private static float[] roundTrip(
            Swap swap, MemoryLedger ledger, float[] numbers, boolean leave, DType rest) {
        try (Shelf shelf = swap.features()) {
            Kept box = shelf.box(() -> false);
            box.put(shelf.make(() -> upload(numbers)));
            assertEquals(4L * numbers.length, ledger.current(Pool.HOST));
            box.leave();
            shelf.settle();
            long outside = rest.bytes(numbers.length);
            assertEquals(leave ? 0 : outside, ledger.current(Pool.HOST));
            assertEquals(leave ? outside : 0, ledger.current(Pool.DISK));
            return box.get().toFloats();
        }
    }

    private static Tensor upload(float[] numbers) {
        return Workspace.current().upload(Tensor.of(numbers, numbers.length));
    }

    /// By the neighbours: the nearer one, and of two as near the even one.
    private static float nearest(float x, DType rest) {
        if (rest == DType.F32 || Float.isNaN(x) || Float.isInfinite(x)) {
            return x;
        }
        if (rest == DType.F16) {
            return Float.float16ToFloat(Float.floatToFloat16(x));
        }
        int below = Float.floatToIntBits(x) & 0xffff0000;
        int above = below + 0x10000;
        double down = Math.abs((double) x - Float.intBitsToFloat(below));
        float up = Float.intBitsToFloat(above);
        double size = Float.isInfinite(up) ? Math.copySign(Math.pow(2, 128), x) : up;
        double toUp = Math.abs(size - x);
        boolean even = (below & 0x10000) == 0;
        return down < toUp || (down == toUp && even) ? Float.intBitsToFloat(below) : up;
    }

    @Test
    void theScratchFileHasNoName(@TempDir Path folder) throws IOException {
        try (Backend backend = Backends.preferred().open(1);
                Workspace workspace = new Workspace(backend, new MemoryLedger());
                Swap swap = Swap.open(workspace, new Swap.Settings(true, DType.F32, folder));
                Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
            workspace.run(() -> roundTrip(swap, workspace.ledger(), numbers(), true, DType.F32));
            assertTrue(swap.swapped().bytesOut() > 0);
        }
    }

    @Test
    void aFolderThatIsNoneIsNamed(@TempDir Path folder) {
        Path none = folder.resolve("none");
        try (Backend backend = Backends.preferred().open(1);
                Workspace workspace = new Workspace(backend, new MemoryLedger())) {
            Swap.Settings settings = new Swap.Settings(true, DType.F32, none);
            EngineException e =
                    assertThrows(EngineException.class, () -> Swap.open(workspace, settings));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains(none.toString()), message);
            assertTrue(message.contains("--scratch"), message);
        }
    }

    /// Rounds use things in the same order, so that from the second one on the next is on its way.
    @Test
    void theNextInOrderIsBroughtBackAhead(@TempDir Path folder) {
        MemoryLedger ledger = new MemoryLedger();
        try (Backend backend = Backends.preferred().open(1);
                Workspace workspace = new Workspace(backend, ledger);
                Swap swap = Swap.open(workspace, new Swap.Settings(true, DType.F32, folder))) {
            workspace.run(() -> rounds(swap, ledger));
        }
    }

    private static void rounds(Swap swap, MemoryLedger ledger) {
        long each = 4L * 3;
        try (Shelf shelf = swap.features()) {
            Kept a = shelf.box(() -> true);
            Kept b = shelf.box(() -> true);
            Kept unforeseen = shelf.box(() -> false);
            shelf.round();
            for (Kept box : new Kept[] {a, b, unforeseen}) {
                box.put(shelf.make(() -> upload(new float[] {1, 2, 3})));
                box.leave();
            }
            shelf.settle();
            shelf.round();
            assertArrayEquals(new float[] {1, 2, 3}, a.get().toFloats());
            assertEquals(2 * each, ledger.current(Pool.HOST), "b is not on its way");
            a.leave();
            shelf.settle();
            b.get();
            assertEquals(each, ledger.current(Pool.HOST), "nobody foresaw a use of the third");
        }
    }
}
