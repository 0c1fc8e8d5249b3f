package lightcache4j.kernels.vector;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A fixed number of threads that share the pieces of one operation, the caller among them.
///
/// A layer of a small model takes a tenth of a millisecond, so starting must cost microseconds: the
/// other threads watch for work for a while after the last piece before they sleep, pieces are
/// claimed from counters, and the caller never waits for a thread that has claimed nothing. Which
/// thread computes a piece must make no difference to the result.
///
/// Each thread begins with a share of its own, the same in every operation, and then helps the
/// others: so the rows that a thread computes are mostly those that it computed in the layer
/// before, and lie in the cache of its core. Taken from one counter for all, they came from another
/// core's cache every other time, and a layer of 256 rows took a third longer. Where a layer has
/// few rows, reading less of its weights is worth more ([Cut]).
///
/// One operation at a time: [VectorOps] sees to that.
final class Team implements AutoCloseable {
    /// A piece of an operation.
    @FunctionalInterface
    interface Task {
        void run(int index, Scratch scratch);
    }

    /// Consecutive units of an operation.
    @FunctionalInterface
    interface Part {
        void run(long from, long to, Scratch scratch);
    }

    /// Numbers of a part that [#share] makes, at most, unless one unit has more: so that a thread
    /// that is done can help another.
    private static final int PART = 1 << 14;

    /// Numbers of a part, at least: to hand over a part takes as long as to add a thousand.
    private static final int LEAST = 1 << 12;

    /// Nanoseconds that a thread watches for what it waits for before it sleeps. Waking takes about
    /// 50 µs, so a thread that sleeps in the gaps between layers would miss most of them.
    private static final long WATCH = 1_000_000;

    /// Looks before the first one at the clock: some 15 µs.
    private static final int LOOKS = 1000;

    /// Nanoseconds between looks after that.
    private static final long NAP = 20_000;

    private final Scratch shared = new Scratch();
    private final Scratch callers = new Scratch();
    private final PackedWeights packedWeights = new PackedWeights();
    private final List<Worker> workers = new ArrayList<>();
    private final Errands errands = new Errands(this::wakeOne);
    private final Shares shares;
    private volatile @Nullable Job job;
    private volatile boolean closed;

    Team(int threads) {
        shares = new Shares(threads);
        for (int i = 1; i < threads; i++) {
            workers.add(new Worker(i));
        }
        workers.forEach(worker -> worker.thread.start());
    }

    int threads() {
        return workers.size() + 1;
    }

    /// Arrays for what all pieces of an operation read.
    Scratch shared() {
        return shared;
    }

    /// Weights that are packed already.
    PackedWeights packedWeights() {
        return packedWeights;
    }

    /// The threads, to be asked for small work between operations; there must be two or more.
    Errands sharedErrands() {
        return errands.share();
    }

    private void wakeOne() {
        workers.getFirst().wake();
    }

    /// Runs pieces `0 … tasks − 1`, in any order, and returns when all are done.
    void run(int tasks, Task task) {
        if (tasks <= 1 || workers.isEmpty()) {
            for (int i = 0; i < tasks; i++) {
                task.run(i, callers);
            }
            return;
        }
        Job fresh = new Job(tasks, task, shares);
        job = fresh;
        for (int i = 0; i < Math.min(workers.size(), tasks - 1); i++) {
            workers.get(i).wake();
        }
        fresh.work(0, callers);
        fresh.await();
    }

    /// Runs units `0 … units − 1` of about `numbers` numbers each, cut into as many parts for each
    /// thread as for any other, and of the same length: so a thread mostly gets what it computed
    /// before. Where a part begins must make no difference to the result.
    void share(long units, long numbers, Part part) {
        long size = units * Math.max(1, numbers);
        long parts = Math.ceilDiv(size, (long) PART * threads()) * threads();
        int count = (int) Math.clamp(Math.min(parts, size / LEAST), 1, Math.max(1, units));
        run(
                units == 0 ? 0 : count,
                (i, scratch) -> part.run(units * i / count, units * (i + 1) / count, scratch));
    }

    @Override
    public void close() {
        closed = true;
        workers.forEach(Worker::wake);
        for (Worker worker : workers) {
            boolean interrupted = false;
            while (worker.thread.isAlive()) {
                try {
                    worker.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            worker.scratch.close();
        }
        callers.close();
        shared.close();
        packedWeights.close();
    }

    /// Looking again and again: at first without pause, then giving way to whoever wants the core.
    private static final class Watch {
        private int looks;
        private long start;

        void restart() {
            looks = 0;
        }

        /// Passes a moment; false once it has been [#WATCH].
        @SuppressWarnings("ThreadPriorityCheck") // a hint only: nothing relies on it
        boolean goesOn() {
            if (looks < LOOKS) {
                looks++;
                Thread.onSpinWait();
                return true;
            }
            if (looks == LOOKS) {
                looks++;
                start = System.nanoTime();
            }
            Thread.yield();
            return System.nanoTime() - start < WATCH;
        }
    }

    /// One call of [#run].
    private static final class Job {
        private final int tasks;
        private final Task task;
        private final Shares shares;
        private final long first; // of the shares' counters
        private final AtomicInteger done = new AtomicInteger();
        private volatile @Nullable Throwable failure;

        Job(int tasks, Task task, Shares shares) {
            this.tasks = tasks;
            this.task = task;
            this.shares = shares;
            this.first = shares.open(Math.ceilDiv(tasks, shares.count()));
        }

        /// Does what nobody has claimed, the pieces of share `own` first.
        void work(int own, Scratch scratch) {
            int did = 0;
            for (int i = 0; i < shares.count(); i++) {
                did += share((own + i) % shares.count(), scratch);
            }
            done.addAndGet(did);
        }

        private int share(int share, Scratch scratch) {
            int from = start(share);
            int count = start(share + 1) - from;
            int did = 0;
            for (int i = claim(share, count); i >= 0; i = claim(share, count)) {
                attempt(from + i, scratch);
                did++;
            }
            return did;
        }

        private int claim(int share, int count) {
            return shares.claim(share, first, count);
        }

        private int start(int share) {
            return (int) ((long) tasks * share / shares.count());
        }

        private void attempt(int i, Scratch scratch) {
            try {
                task.run(i, scratch);
            } catch (RuntimeException | Error e) {
                failure = e; // of several, the caller gets one
            }
        }

        void await() {
            Watch watch = new Watch();
            while (done.get() < tasks) {
                if (!watch.goesOn()) {
                    LockSupport.parkNanos(this, NAP);
                }
            }
            switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
            }
        }
    }

    private final class Worker implements Runnable {
        private final int number;
        private final Thread thread;
        private final Scratch scratch = new Scratch();
        private volatile boolean asleep;

        Worker(int number) {
            this.number = number;
            thread = new Thread(this, "lightcache4j-cpu-" + number);
            thread.setDaemon(true);
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            Job last = null;
            Watch watch = new Watch();
            while (!closed) {
                Job next = job;
                if (errands.doOne()) {
                    watch.restart();
                } else if (next != null && next != last) {
                    next.work(number, scratch);
                    last = next;
                    watch.restart();
                } else if (!watch.goesOn()) {
                    sleep(last);
                    watch.restart();
                }
            }
        }

        /// Sleeps unless there is something new. A caller sets the job and then reads `asleep`;
        /// this thread sets `asleep` and then reads the job: one of the two sees the other.
        private void sleep(@Nullable Job last) {
            asleep = true;
            if (job == last && !closed && errands.isEmpty()) {
                LockSupport.park(this);
            }
            asleep = false;
        }
    }
}
