package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.OutOfHeap;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.PipelineCase;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Objects;

/// Whole runs on the device: what saves memory on the CPU works there too, and nothing is left.
@Tag("gpu")
class GpuRunsTest {
    private static final PipelineCase TEXT = PipelineCase.named("text_to_video");
    private static final int FEW = 3;
    private static final int MANY = 100;

    /// What a run gives.
    private record Outcome(Values latents, Values frames, Report report, long left) {}

    private static Outcome run(Backend backend, SessionFactory sessions, Economy economy) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = TEXT.open(ledger)) {
            Engine engine = new Engine(backend, ledger, Listener.NONE, sessions, economy);
            PipelineCase.Result result = TEXT.generate(model, engine);
            return new Outcome(
                    Values.of(result.generation().latents()),
                    result.frames(),
                    result.generation().report(),
                    ledger.current(Pool.DEVICE));
        }
    }

    private static void assertSame(Outcome wanted, Outcome is) {
        assertArrayEquals(wanted.latents().numbers(), is.latents().numbers());
        assertArrayEquals(wanted.frames().numbers(), is.frames().numbers());
        assertEquals(0, is.left());
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPONENT", "BLOCK", "DISK"})
    void weightsComeAndGoByBlock(Economy.Offload offload) {
        try (Backend gpu = Backends.working("gpu").open(1)) {
            Outcome plain = run(gpu, SessionFactory.PLAIN, Economy.DEFAULT);
            Economy economy = Economy.DEFAULT.withOffload(offload);
            Outcome streamed = run(gpu, SessionFactory.PLAIN, economy);
            assertSame(plain, streamed);
            for (Stage stage : Stage.values()) {
                if (plain.report().stages().containsKey(stage)) {
                    var weights = streamed.report().weights().get(stage);
                    assertTrue(Objects.requireNonNull(weights).peakBytes() > 0, stage.name());
                }
            }
        }
    }

    @Test
    void swappingChunkingAndSlicingGiveTheSameBits() {
        try (Backend gpu = Backends.working("gpu").open(1)) {
            SessionFactory caching = Caching.of("uniform:interval=2");
            Outcome plain = run(gpu, caching, Economy.NONE);
            Economy all = Economy.DEFAULT.withSwap(true).withChunks(3);
            Outcome saving = run(gpu, caching, all);
            assertSame(plain, saving);
            assertTrue(saving.report().swap().bytes() > 0, "nothing was swapped");
            for (Stage stage : plain.report().stages().keySet()) {
                long before = deviceBytes(plain, stage);
                long after = deviceBytes(saving, stage);
                assertTrue(after <= before, stage + ": " + after + " bytes, before " + before);
            }
            long whole = deviceBytes(plain, Stage.DECODE);
            long sliced = deviceBytes(saving, Stage.DECODE);
            assertTrue(sliced < 0.6 * whole, "decode: " + sliced + " bytes, before " + whole);
        }
    }

    /// On the device alone: what is swapped out is in host memory.
    private static long deviceBytes(Outcome outcome, Stage stage) {
        return Objects.requireNonNull(outcome.report().stages().get(stage)).deviceBytes();
    }

    @Test
    void aFewRunsLeaveAllTheRoomThereWas() {
        leaveAllTheRoomThereWas(FEW);
    }

    @Test
    @Tag("long")
    void aHundredRunsLeaveAllTheRoomThereWas() {
        leaveAllTheRoomThereWas(MANY);
    }

    private static void leaveAllTheRoomThereWas(int runs) {
        try (Backend gpu = Backends.working("gpu").open(1)) {
            long before = largest(gpu.heap());
            for (int i = 0; i < runs; i++) {
                run(gpu, SessionFactory.PLAIN, Economy.DEFAULT);
                assertEquals(before, largest(gpu.heap()), "after run " + i);
            }
        }
    }

    /// Bytes of the largest storage that the heap can give, to a megabyte.
    private static long largest(Heap heap) {
        long megabyte = 1 << 20;
        long fits = 0;
        long over = 1 << 20; // a terabyte
        while (over - fits > 1) {
            long middle = (fits + over) / 2;
            try {
                heap.release(heap.allocate(middle * megabyte));
                fits = middle;
            } catch (OutOfHeap full) {
                over = middle;
            }
        }
        return fits * megabyte;
    }
}
