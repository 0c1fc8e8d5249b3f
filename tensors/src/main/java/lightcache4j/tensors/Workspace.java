package lightcache4j.tensors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The scope that owns activations: what is allocated in it is freed when it closes, save what an
/// outer one adopted.
///
/// The current workspace is the one ambient value of the engine, a scoped value: the free functions
/// of this package allocate in it and compute with its backend. Scoped values are not inherited by
/// the threads of a pool, so operations read it once, on the caller's thread.
///
/// ```java
/// try (Workspace inner = Workspace.current().open()) {
///     Tensor y = inner.in(() -> block.forward(x)); // what the block allocates is inner's
///     outer.adopt(y, inner); // y outlives it
/// }
/// ```
///
/// A workspace is used by one thread at a time.
public final class Workspace implements AutoCloseable {
    private static final ScopedValue<Workspace> CURRENT = ScopedValue.newInstance();
    private static final int FEW = 5;

    private final Backend backend;
    private final MemoryLedger ledger;
    private final Part part;
    private final Set<Storage> owned = // a layer has a handful; the default has room for 21
            Collections.newSetFromMap(new IdentityHashMap<>(FEW));

    /// An outermost workspace.
    public Workspace(Backend backend, MemoryLedger ledger) {
        this(backend, ledger, Part.ACTIVATIONS);
    }

    private Workspace(Backend backend, MemoryLedger ledger, Part part) {
        this.backend = backend;
        this.ledger = ledger;
        this.part = part;
    }

    /// The workspace that this thread computes in.
    ///
    /// @throws IllegalStateException outside of [#in]
    public static Workspace current() {
        if (!CURRENT.isBound()) {
            throw new IllegalStateException(
                    "workspace: none is current on this thread, wanted one; compute inside"
                            + " Workspace.in");
        }
        return CURRENT.get();
    }

    /// Runs `body` with this workspace as the current one.
    public <T> T in(Supplier<T> body) {
        return ScopedValue.where(CURRENT, this).call(body::get);
    }

    /// Runs `body` with this workspace as the current one.
    public void run(Runnable body) {
        ScopedValue.where(CURRENT, this).run(body);
    }

    /// A further workspace of the same backend and ledger, for the same part.
    public Workspace open() {
        return open(part);
    }

    /// A further workspace of the same backend and ledger.
    ///
    /// @param owns what its bytes are held for
    public Workspace open(Part owns) {
        return new Workspace(backend, ledger, owns);
    }

    public Backend backend() {
        return backend;
    }

    public MemoryLedger ledger() {
        return ledger;
    }

    /// A tensor of this workspace; its content is undefined.
    ///
    /// @throws OutOfHeap if there is no room
    public Tensor allocate(DType dtype, Shape shape) {
        long bytes = dtype.bytes(shape.size());
        Storage storage = backend.heap().allocate(bytes);
        owned.add(storage);
        ledger.allocated(storage.pool(), part, bytes);
        return new Tensor(dtype, shape, storage, 0);
    }

    /// A copy of a tensor in this workspace, in the memory of its backend, whatever `source` lives
    /// in.
    public Tensor upload(Tensor source) {
        Tensor copy = allocate(source.dtype(), source.shape());
        if (source.storage() instanceof HostStorage) {
            backend.heap().write(source.segment(), copy.storage(), 0);
        } else {
            backend.heap().write(download(source).segment(), copy.storage(), 0);
        }
        return copy;
    }

    /// A copy of a tensor on the Java side, outside every workspace: results for the caller to
    /// keep.
    public Tensor download(Tensor source) {
        return download(source, Arena.ofAuto());
    }

    /// Shows a tensor on the Java side to `body`, for as long as it runs: the tensor itself where
    /// the backend computes there, else a copy.
    public void show(Tensor source, Consumer<Tensor> body) {
        if (source.storage() instanceof HostStorage) {
            body.accept(source);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            body.accept(download(source, arena));
        }
    }

    private Tensor download(Tensor source, Arena arena) {
        MemorySegment bytes = arena.allocate(Math.max(1, source.byteSize()), 64);
        HostStorage host = new HostStorage(bytes, Pool.HOST);
        if (source.storage() instanceof HostStorage) {
            MemorySegment.copy(source.segment(), 0, bytes, 0, source.byteSize());
        } else {
            backend.heap()
                    .read(source.storage(), source.offset(), bytes.asSlice(0, source.byteSize()));
        }
        return new Tensor(source.dtype(), source.shape(), host, 0);
    }

    /// Takes over a tensor of `inner`, which will outlive it. A tensor that `inner` does not own (a
    /// weight, an input, something of a further workspace) is left where it is.
    ///
    /// @return the tensor
    public Tensor adopt(Tensor tensor, Workspace inner) {
        if (inner != this && inner.owned.remove(tensor.storage())) {
            owned.add(tensor.storage());
            Storage storage = tensor.storage();
            ledger.moved(storage.pool(), inner.part, part, storage.byteSize());
        }
        return tensor;
    }

    /// Frees one tensor of this workspace before the end. Views of it are gone too.
    public void free(Tensor tensor) {
        if (owned.remove(tensor.storage())) {
            release(tensor.storage());
        }
    }

    /// Whether the bytes of `tensor` are freed with this workspace.
    public boolean owns(Tensor tensor) {
        return owned.contains(tensor.storage());
    }

    private void release(Storage storage) {
        ledger.freed(storage.pool(), part, storage.byteSize());
        backend.heap().release(storage);
    }

    /// Frees everything that it owns.
    @Override
    public void close() {
        owned.forEach(this::release);
        owned.clear();
    }
}
