package lightcache4j.kernels.vector;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Pieces of work that several threads need done and one of them does.
final class Claims {
    private static final int CLAIMED = 1;
    private static final int DONE = 2;

    private final AtomicIntegerArray states;

    Claims(int pieces) {
        states = new AtomicIntegerArray(pieces);
    }

    /// Does piece `i` unless another thread has, or is at it: then waits.
    void once(int i, Runnable work) {
        if (states.get(i) == DONE) {
            return;
        }
        if (states.compareAndSet(i, 0, CLAIMED)) {
            try {
                work.run();
            } finally {
                states.set(i, DONE);
            }
        }
        while (states.get(i) != DONE) {
            Thread.onSpinWait();
        }
    }
}
