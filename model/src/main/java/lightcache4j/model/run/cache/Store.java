package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.swap.Shelf;
import lightcache4j.tensors.Arithmetic;
import lightcache4j.tensors.Tensor;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What a branch keeps from step to step: makes the boxes, and counts their bytes.
final class Store {
    private final Shelf shelf;
    private final boolean copies;
    private final boolean wholeModel;
    private final BooleanSupplier reuseForeseen;
    private final Box aside;
    private long bytes;
    private long peak;

    /// @param copies whether what is handed in is still used by others when it leaves memory
    /// @param wholeModel whether nothing of the model runs at a step that reuses
    /// @param reuseForeseen whether the next step is expected to reuse what is kept
    Store(Shelf shelf, boolean copies, boolean wholeModel, BooleanSupplier reuseForeseen) {
        this.shelf = shelf;
        this.copies = copies;
        this.wholeModel = wholeModel;
        this.reuseForeseen = reuseForeseen;
        this.aside = new Box(this, shelf.box(() -> false), shelf.box(() -> false));
    }

    /// An empty box for what stands in at steps that reuse.
    Box box() {
        return new Box(this, shelf.box(reuseForeseen), shelf.box(reuseForeseen));
    }

    /// An empty box for what is looked at in every step.
    Box everyStep() {
        return new Box(this, shelf.box(() -> true), shelf.box(() -> true));
    }

    /// What is in the box stood in for what was not computed, and is not needed until the next
    /// step. It stays in memory if that will reuse it as well and nothing is computed between: it
    /// would make room for nothing, and nothing would hide the copy back.
    void reused(Box box) {
        if (!wholeModel || !reuseForeseen.getAsBoolean()) {
            box.leave(); // in memory until the next use of anything kept
        }
    }

    /// Features that are put aside until others are computed.
    Box whileComputing(Features x) {
        aside.put(x.map(this::take, this::take));
        aside.leave();
        return aside;
    }

    /// What `body` gives, to be put in a box; all else that it allocates is freed.
    Tensor make(Supplier<Tensor> body) {
        return shelf.make(body);
    }

    /// To be put in a box: the tensor itself if the current workspace would free it, else a copy.
    Tensor take(Tensor x) {
        return !copies && shelf.adopt(x) ? x : copy(x);
    }

    /// What a box holds, for whoever asked: a copy in the current workspace where it is still used
    /// when the box leaves memory.
    Features lend(Features x) {
        return copies ? x.map(t -> Arithmetic.scale(t, 1), t -> Arithmetic.scale(t, 1)) : x;
    }

    /// A copy, to be put in a box.
    Tensor copy(Tensor x) {
        return make(() -> Arithmetic.scale(x, 1));
    }

    void count(long change) {
        bytes += change;
        peak = Math.max(peak, bytes);
    }

    /// Bytes kept now.
    long bytes() {
        return bytes;
    }

    /// The most bytes kept at once.
    long peak() {
        return peak;
    }
}
