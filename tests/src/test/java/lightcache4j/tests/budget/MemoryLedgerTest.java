package lightcache4j.tests.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;

import org.junit.jupiter.api.Test;

/// What the ledger says was held, by stage and by pool.
class MemoryLedgerTest {
    private final MemoryLedger ledger = new MemoryLedger();

    @Test
    void whatIsHeldAlreadyCountsInTheNextStage() {
        ledger.allocated(Pool.HOST, 10);
        ledger.allocated(Pool.HOST, 20);
        ledger.freed(Pool.HOST, 20);
        ledger.enter(Stage.ENCODE);
        assertEquals(30, ledger.peak(Stage.LOAD, Pool.HOST));
        assertEquals(10, ledger.peak(Stage.ENCODE, Pool.HOST));
        assertEquals(0, ledger.peak(Stage.DENOISE, Pool.HOST));
        assertEquals(30, ledger.peak(Pool.HOST));
        assertEquals(10, ledger.current(Pool.HOST));
        assertEquals(0, ledger.peak(Pool.DEVICE));
    }

    @Test
    void aStageThatIsEnteredAgainKeepsItsPeak() {
        ledger.enter(Stage.ENCODE);
        ledger.allocated(Pool.HOST, 7);
        ledger.freed(Pool.HOST, 7);
        ledger.enter(Stage.DENOISE);
        ledger.allocated(Pool.HOST, 3);
        ledger.enter(Stage.ENCODE);
        assertEquals(7, ledger.peak(Stage.ENCODE, Pool.HOST));
        ledger.allocated(Pool.HOST, 9);
        assertEquals(12, ledger.peak(Stage.ENCODE, Pool.HOST));
        assertEquals(3, ledger.peak(Stage.DENOISE, Pool.HOST));
    }

    @Test
    void whatIsHeldOutlivesAReset() {
        ledger.allocated(Pool.HOST, 8);
        ledger.enter(Stage.ENCODE);
        ledger.allocated(Pool.HOST, 8);
        ledger.freed(Pool.HOST, 12);
        ledger.resetPeaks();
        assertEquals(4, ledger.peak(Stage.ENCODE, Pool.HOST));
        assertEquals(0, ledger.peak(Stage.LOAD, Pool.HOST));
        assertEquals(4, ledger.peak(Pool.HOST));
    }

    @Test
    void moreThanIsHeldIsNotTakenBack() {
        ledger.allocated(Pool.HOST, 5);
        ledger.allocated(Pool.DEVICE, 5);
        assertThrows(IllegalStateException.class, () -> ledger.freed(Pool.HOST, 6));
    }
}
