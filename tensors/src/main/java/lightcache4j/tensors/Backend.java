package lightcache4j.tensors;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A way to compute: operations, and the memory that they work in. Open from [Provider#open] until
/// closed.
public interface Backend extends AutoCloseable {
    /// The name that selects it, such as `cpu`.
    String name();

    /// One line for reports: which machine, which vector width, how many threads.
    String description();

    Ops ops();

    Heap heap();

    /// The largest normalised square error that its operations may have: `Σ (actual − exact)² / Σ
    /// exact²`. 1e-10, which is a thousandth of a percent, if it computes in float32 throughout.
    default double tolerance() {
        return 1e-10;
    }

    /// Has it hold little beside tensors, of which there will be `bytes` bytes at most: less for
    /// reuse, at some cost of time.
    default void restrain(long bytes) {
        heap().keepWithin(bytes);
    }

    /// How weights come to where it computes, and leave it again. What reads them in place, in the
    /// mapped files, has no more to do than this.
    default Residency residency() {
        return MappedPages.RESIDENCY;
    }

    /// Somebody to do small work meanwhile, such as copying, piece by piece in the order asked for:
    /// a thread of its own, or, where all cores compute already, those threads between their
    /// pieces. To be closed before this.
    ///
    /// @param name of the thread, where there is one
    default ExecutorService errands(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
    }

    /// Ends its threads and frees its memory.
    @Override
    void close();

    /// Finds out whether a backend can work here, and opens it. Found through `ServiceLoader`.
    interface Provider {
        /// The name that selects it.
        String name();

        /// Higher is tried first when no name is given; negative is never chosen unasked.
        int preference();

        /// Why it cannot work here and what to do about it; empty if it can.
        Optional<String> refusal();

        /// What it found on this machine, a line each: devices, drivers, memory. Empty if it
        /// refuses, or if there is nothing to find.
        default List<String> findings() {
            return List.of();
        }

        /// The memory that it computes in.
        default Pool pool() {
            return Pool.HOST;
        }

        /// Bytes of tensors that it has room for; empty where the memory of the system decides.
        default OptionalLong room() {
            return OptionalLong.empty();
        }

        /// @param threads threads to compute with, at least 1
        Backend open(int threads);
    }
}
