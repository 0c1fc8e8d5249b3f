package lightcache4j.kernels.vector;

import java.util.concurrent.atomic.AtomicLongArray;

/// How much of each thread's share of the pieces is claimed, in one operation after another.
///
/// The counters are made once: with new ones for each operation, they were a fifth of what a run
/// allocated on the Java heap. A thread may still look at them for an operation that is over, so
/// they never begin at 0 again: each operation counts on from where none before it can come, and a
/// claim is an exchange that fails where the counter is not its own operation's.
final class Shares {
    /// Counters from one share's to the next: two cache lines.
    private static final int APART = 16;

    private final AtomicLongArray counters;
    private final int count;
    private long next; // only the caller of operations opens them

    /// @param count how many threads there are
    Shares(int count) {
        this.count = count;
        counters = new AtomicLongArray(count * APART);
    }

    int count() {
        return count;
    }

    /// Opens an operation; all pieces of the one before must be claimed.
    ///
    /// @param most pieces that a share has
    /// @return where its counters begin
    long open(int most) {
        long first = next;
        next += most;
        for (int share = 0; share < count; share++) {
            counters.set(share * APART, first);
        }
        return first;
    }

    /// Claims a piece of a share.
    ///
    /// @param first where the operation's counters begin
    /// @param pieces that the share has
    /// @return its number, from 0 on, or −1 where all are claimed
    int claim(int share, long first, int pieces) {
        long now = counters.get(share * APART);
        while (now < first + pieces) {
            if (counters.compareAndSet(share * APART, now, now + 1)) {
                return (int) (now - first);
            }
            now = counters.get(share * APART);
        }
        return -1;
    }
}
