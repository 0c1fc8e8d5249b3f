package lightcache4j.model.run.swap;

import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/// A box for one float32 tensor that outlives its use: in working memory while it is used,
/// elsewhere in between. It may be empty, and be filled again with a tensor of any shape.
///
/// ```java
/// box.put(tensor);       // the box's from now on
/// box.leave();           // done for now: it may leave memory
/// …
/// Tensor t = box.get();  // back again
/// box.leave();
/// ```
///
/// What was put in, and what [#get] gives, stays valid until the shelf settles after [#leave].
public final class Kept implements Turn {
    private final Shelf shelf;
    private final BooleanSupplier foreseen;
    private @Nullable Tensor content; // its storage is gone while it is away
    private @Nullable Rest rest; // outside working memory
    private boolean inMemory;
    private boolean copied; // what rests outside is what is in memory
    private @Nullable Future<?> copy; // under way
    private boolean arriving; // the copy is one back into memory

    /// Where a tensor rests: from byte `at` on.
    record Rest(long at, long bytes) {}

    Kept(Shelf shelf, BooleanSupplier foreseen) {
        this.shelf = shelf;
        this.foreseen = foreseen;
    }

    /// Whether there is nothing in it.
    public boolean empty() {
        return content == null;
    }

    /// Bytes that the tensor takes in working memory; 0 if there is none.
    public long byteSize() {
        return content == null ? 0 : content.byteSize();
    }

    /// Fills the box, which must be empty, with a tensor of the shelf's workspace.
    public void put(Tensor tensor) {
        if (!empty()) {
            throw new IllegalStateException("swap: a box is filled twice; clear it first");
        }
        content = tensor;
        inMemory = true;
        copied = false;
        shelf.used(this);
    }

    /// What is in the box, in working memory; waits until it is back.
    ///
    /// @throws IllegalStateException if the box is empty
    public Tensor get() {
        Tensor tensor = required();
        if (!inMemory) {
            tensor = fetch();
        }
        if (arriving) {
            shelf.await(this);
        }
        shelf.stay(this);
        shelf.used(this);
        return tensor;
    }

    /// Has the tensor brought back, without waiting for it. Does nothing where it is back already,
    /// or the box is empty.
    public void ahead() {
        if (content != null && !inMemory) {
            fetch();
        }
    }

    @Override
    public void aheadIfForeseen() {
        if (foreseen.getAsBoolean()) {
            ahead();
        }
    }

    /// It is not needed for now.
    public void leave() {
        if (content == null || !inMemory || !shelf.swaps()) {
            return;
        }
        if (!copied) {
            shelf.await(this);
            Rest there = rest == null ? shelf.room(content) : rest;
            rest = there;
            copy = shelf.out(content, there);
            copied = true;
        }
        shelf.leaving(this);
    }

    /// Empties the box, and gives what was in it, in working memory, to the caller.
    public Tensor take() {
        Tensor tensor = get();
        shelf.await(this);
        forget();
        return tensor;
    }

    /// Empties the box and frees what was in it.
    public void clear() {
        if (content == null) {
            return;
        }
        shelf.await(this);
        shelf.stay(this);
        if (inMemory) {
            shelf.free(content);
        }
        forget();
    }

    private void forget() {
        if (rest != null) {
            shelf.forget(rest);
        }
        content = null;
        rest = null;
        inMemory = false;
    }

    /// Working memory is given back; the copy must be done.
    void gone() {
        shelf.await(this);
        shelf.free(required());
        inMemory = false;
    }

    private Tensor fetch() {
        Tensor room = shelf.allocate(required().shape());
        content = room;
        inMemory = true;
        copy = shelf.back(Objects.requireNonNull(rest), room);
        arriving = true;
        return room;
    }

    private Tensor required() {
        if (content == null) {
            throw new IllegalStateException("swap: a box is empty, wanted something kept in it");
        }
        return content;
    }

    /// The copy under way, which is then no longer this box's concern; null if there is none.
    @Nullable Future<?> takeCopy() {
        Future<?> underWay = copy;
        copy = null;
        arriving = false;
        return underWay;
    }
}
