package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.Economy.Offload;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.PipelineCase;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/// What the ledger says of device memory, against what is taken of the device's arrays.
@Tag("gpu")
class GpuLedgerTest {
    private static final PipelineCase TEXT = PipelineCase.named("text_to_video");
    private static final List<Stage> STAGES = List.of(Stage.ENCODE, Stage.DENOISE, Stage.DECODE);

    /// Of a run on a device that held nothing before.
    private record Account(MemoryLedger ledger, Launches launches) {
        static Account of(Economy economy) {
            MemoryLedger ledger = new MemoryLedger();
            try (OpenPipeline model = TEXT.open(ledger);
                    Backend gpu = Backends.working("gpu").open(1)) {
                Launches launches =
                        Launches.of(
                                told ->
                                        TEXT.generate(
                                                model,
                                                new Engine(
                                                        gpu,
                                                        ledger,
                                                        told,
                                                        SessionFactory.PLAIN,
                                                        economy)));
                return new Account(ledger, launches);
            }
        }

        long counted(Stage stage) {
            return ledger.peak(stage, Pool.DEVICE);
        }

        long held(Stage stage) {
            return launches.in(stage).mostHeld();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLedgerAgreesWithTheDevice(Offload offload) {
        Account run = Account.of(Economy.DEFAULT.withOffload(offload));
        for (Stage stage : STAGES) {
            double held = run.held(stage);
            double counted = run.counted(stage);
            assertTrue(
                    Math.abs(held - counted) <= 0.05 * held,
                    () -> stage + ": the device held " + held + ", the ledger says " + counted);
        }
        assertEquals(0, run.ledger().current(Pool.DEVICE));
    }

    @Test
    void chunkingAndSlicingTakeLessOfTheDevice() {
        Account plain = Account.of(Economy.NONE);
        Account chunked = Account.of(Economy.NONE.withChunks(3));
        Account sliced = Account.of(Economy.DEFAULT);
        assertLess(chunked, plain, Stage.DENOISE);
        assertLess(sliced, plain, Stage.DECODE);
    }

    private static void assertLess(Account saving, Account plain, Stage stage) {
        assertTrue(saving.held(stage) < plain.held(stage), stage + ": held");
        assertTrue(saving.counted(stage) < plain.counted(stage), stage + ": counted");
    }
}
