package lightcache4j.kernels.vector;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;

/// Pieces of work that several threads need done and one of them does.
final class Claims {
    private static final int CLAIMED = 1;
    private static final int DONE = 2;

    private final AtomicIntegerArray states;

    Claims(int pieces) {
        states = new AtomicIntegerArray(pieces);
    }

    /// Does those of pieces `from` to `to` that no other thread has done or is at, the ones from
    /// `begin` on first; returns when all are done. Threads that begin at different pieces share
    /// them.
    void all(int from, int to, int begin, IntConsumer work) {
        for (int j = 0; j < to - from; j++) {
            int i = from + (begin - from + j) % (to - from);
            if (states.get(i) == 0 && states.compareAndSet(i, 0, CLAIMED)) {
                try {
                    work.accept(i);
                } finally {
                    states.set(i, DONE);
                }
            }
        }
        for (int i = from; i < to; i++) {
            while (states.get(i) != DONE) {
                Thread.onSpinWait();
            }
        }
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
