package lightcache4j.kernels.vector;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Small work that the threads of a [Team] do before they begin with the next operation, one piece
/// at a time and in order, while the caller is at the operation already.
///
/// A thread for it alone, on a machine whose cores all compute, was given a core by taking it from
/// one that was in the middle of a piece of an operation, for which the others then waited: copying
/// took about twice its time from the computation.
final class Errands extends AbstractExecutorService {
    private static final long NAP = 100_000; // nanoseconds

    /// Looks at what another thread is at before sleeping until it is done: some 300 µs.
    private static final int LOOKS = 20_000;

    private final Queue<Runnable> waiting;
    private final AtomicBoolean busy;
    private final Runnable wake;
    private volatile boolean shut;

    /// @param wake has somebody call [#doOne]
    Errands(Runnable wake) {
        this(new ConcurrentLinkedQueue<>(), new AtomicBoolean(), wake);
    }

    private Errands(Queue<Runnable> waiting, AtomicBoolean busy, Runnable wake) {
        this.waiting = waiting;
        this.busy = busy;
        this.wake = wake;
    }

    /// Another way to the same work, closed on its own.
    Errands share() {
        return new Errands(waiting, busy, wake);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Does a piece of work, unless another thread is at one.
    ///
    /// @return whether it did
    boolean doOne() {
        if (waiting.isEmpty() || !busy.compareAndSet(false, true)) {
            return false;
        }
        try {
            Runnable work = waiting.poll();
            if (work != null) {
                work.run();
            }
            return work != null;
        } catch (RuntimeException e) {
            Thread thread = Thread.currentThread(); // which goes on, unlike a pool's
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            return true;
        } finally {
            busy.set(false);
        }
    }

    /// Who waits for a piece of work helps until it is done: the others may have just begun to
    /// sleep, and waking one takes longer than most pieces.
    private final class Errand<T> extends FutureTask<T> {
        Errand(Callable<T> work) {
            super(work);
        }

        @Override
        public T get() throws InterruptedException, ExecutionException {
            for (int i = 0; i < LOOKS && !isDone(); i++) {
                if (!doOne()) {
                    Thread.onSpinWait();
                }
            }
            return super.get();
        }
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> work) {
        return new Errand<>(work);
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable work, T result) {
        return new Errand<>(Executors.callable(work, result));
    }

    @Override
    public void execute(Runnable work) {
        if (shut) {
            throw new RejectedExecutionException(
                    "cpu: work is asked for after the end, wanted none");
        }
        waiting.add(work);
        wake.run();
    }

    @Override
    public void shutdown() {
        shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shut = true;
        return List.of(); // others may share what waits
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut && waiting.isEmpty() && !busy.get();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long start = System.nanoTime();
        while (!isTerminated()) {
            if (System.nanoTime() - start > unit.toNanos(timeout)) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(NAP);
        }
        return true;
    }
}
