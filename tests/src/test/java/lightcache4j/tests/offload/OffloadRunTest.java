package lightcache4j.tests.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.Economy.Offload;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.PipelineCase;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Map;

/// A run gives the same wherever weights are, and leaves none in memory.
class OffloadRunTest {
    private static OffloadedRun.Call call(String name) {
        PipelineCase c = PipelineCase.named(name);
        return new OffloadedRun.Call(c.fixture().model(), c.request());
    }

    @ParameterizedTest
    @CsvSource({
        "text_to_video, ''",
        "int8, ''",
        "image_to_video_noised, ''",
        "inpaint_mask_through_vae, ''",
        "text_to_video, 'uniform:interval=2'",
        "text_to_video, 'pab:spatial_range=2,timesteps=0;1000'",
    })
    void resultsAreTheSameBitForBit(String name, String policy) {
        OffloadedRun.Call call = call(name);
        SessionFactory sessions = policy.isEmpty() ? SessionFactory.PLAIN : Caching.of(policy);
        OffloadedRun plain = OffloadedRun.of(Offload.NONE, sessions, call);
        assertEquals(Map.of(), plain.generation().report().weights());
        assertEquals(0, plain.ledger().peak(Pool.RESIDENT));
        for (Offload offload : List.of(Offload.COMPONENT, Offload.BLOCK, Offload.DISK)) {
            OffloadedRun run = OffloadedRun.of(offload, sessions, call);
            assertArrayEquals(
                    plain.generation().latents().toFloats(),
                    run.generation().latents().toFloats(),
                    offload + " changes latents");
            assertEquals(plain.frames().size(), run.frames().size());
            for (int i = 0; i < plain.frames().size(); i++) {
                assertArrayEquals(
                        plain.frames().get(i), run.frames().get(i), offload + ", frame " + i);
            }
            assertTrue(run.ledger().peak(Pool.RESIDENT) > 0, offload + " counts no weights");
            assertEquals(0, run.ledger().current(Pool.RESIDENT), offload + " leaves weights");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPONENT", "BLOCK", "DISK"})
    void aRunThatFailsLeavesNoWeights(Offload offload) {
        OffloadedRun.Call call = call("text_to_video");
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = call.open(ledger);
                Backend backend = Backends.preferred().open(2)) {
            IllegalStateException full = new IllegalStateException("the disk is full");
            Engine engine = OffloadedRun.engine(backend, ledger, SessionFactory.PLAIN, offload);
            IllegalStateException seen =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    model.pipeline()
                                            .generate(
                                                    engine,
                                                    call.request(),
                                                    _ -> {
                                                        throw full;
                                                    }));
            assertEquals(full, seen);
            assertTrue(ledger.peak(Stage.DECODE, Pool.RESIDENT) > 0);
            assertEquals(0, ledger.current(Pool.RESIDENT));
        }
    }
}
