package lightcache4j.model.run.swap;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// Where kept tensors go between uses, and the thread that takes them there and back. One serves a
/// whole generation.
public final class Swap implements AutoCloseable {
    /// Everything stays in working memory.
    public static final Swap OFF = new Swap(Settings.OFF, Pool.HOST, null, null);

    private static final int ALIGNMENT = 64;

    private final Settings settings;
    private final Pool pool;
    private final @Nullable MemoryLedger ledger;
    private final @Nullable Copier copier; // null where nothing is copied
    private final Rooms rooms = new Rooms();
    private long waitNanos;

    /// What is done with kept tensors.
    ///
    /// @param leave whether they leave working memory
    /// @param rest the type in which cached features rest: F32, F16 or BF16. Where they do not
    ///   leave and it is F32, nothing is copied
    /// @param scratch the folder of the scratch file
    public record Settings(boolean leave, DType rest, Path scratch) {
        /// Nothing leaves.
        public static final Settings OFF = new Settings(false, DType.F32, Path.of(""));

        /// All leave, at full precision, to the system's folder of temporary files.
        public static final Settings ON =
                new Settings(true, DType.F32, Path.of(System.getProperty("java.io.tmpdir")));

        /// The same, where kept tensors leave memory; to the system's folder of temporary files
        /// where none is named.
        public Settings leaving() {
            return leave
                    ? this
                    : new Settings(true, rest, scratch.equals(OFF.scratch) ? ON.scratch : scratch);
        }

        boolean on() {
            return leave || rest != DType.F32;
        }
    }

    private Swap(
            Settings settings, Pool pool, @Nullable MemoryLedger ledger, @Nullable Copier copier) {
        this.settings = settings;
        this.pool = pool;
        this.ledger = ledger;
        this.copier = copier;
    }

    /// For the backend and the ledger of `workspace`.
    ///
    /// @throws lightcache4j.tensors.EngineException if no scratch file can be made
    public static Swap open(Workspace workspace, Settings settings) {
        if (!settings.on()) {
            return OFF;
        }
        Pool working = workspace.backend().heap().pool();
        boolean toFile = settings.leave() && working == Pool.HOST;
        Pool pool = toFile ? Pool.DISK : Pool.HOST;
        if (workspace.backend() instanceof Rehearsal) {
            return new Swap(settings, pool, workspace.ledger(), null);
        }
        Place place = toFile ? ScratchFile.in(settings.scratch()) : new HostPlace();
        Copier copier = new Copier(workspace.backend(), place);
        return new Swap(settings, pool, workspace.ledger(), copier);
    }

    /// A shelf for cached features beside the current workspace. They rest in the type asked for.
    public Shelf features() {
        return new Shelf(this, Part.FEATURES, settings.on(), settings.rest());
    }

    /// A shelf beside the current workspace for the embeddings of prompts. Every bit of them comes
    /// back.
    public Shelf embeddings() {
        return new Shelf(this, Part.ACTIVATIONS, settings.leave(), DType.F32);
    }

    /// A shelf beside the current workspace for the frames that a coder looks back at. Every bit of
    /// them comes back.
    public Shelf state() {
        return new Shelf(this, Part.STATE, settings.leave(), DType.F32);
    }

    /// What was swapped so far.
    public Swapped swapped() {
        return copier == null ? Swapped.NONE : copier.swapped(waitNanos);
    }

    Kept.Rest room(long bytes) {
        if (ledger != null) {
            ledger.allocated(pool, Part.SWAPPED, bytes);
        }
        return new Kept.Rest(rooms.take(up(bytes)), bytes);
    }

    void forget(Kept.Rest room) {
        if (ledger != null) {
            ledger.freed(pool, Part.SWAPPED, room.bytes());
        }
        rooms.giveBack(room.at(), up(room.bytes()));
        if (copier != null) {
            copier.forget(room.at(), up(room.bytes()));
        }
    }

    private static long up(long bytes) {
        return Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    @Nullable Future<?> out(Tensor from, Kept.Rest to, DType rest) {
        return copier == null ? null : copier.out(from, to.at(), rest);
    }

    @Nullable Future<?> back(Kept.Rest from, Tensor to, DType rest) {
        return copier == null ? null : copier.back(from.at(), to, rest);
    }

    /// Waits for a copy, and counts the time.
    void await(@Nullable Future<?> copy, long bytes) {
        if (copy == null) {
            return;
        }
        boolean late = !copy.isDone();
        WaitEvent event = new WaitEvent(bytes);
        event.begin();
        long start = System.nanoTime();
        try {
            copy.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("swap: interrupted while waiting for a copy", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("swap: a copy failed", e);
        }
        if (late) {
            waitNanos += System.nanoTime() - start;
            event.commit();
        }
    }

    @Override
    public void close() {
        if (copier != null) {
            copier.close();
        }
    }
}
