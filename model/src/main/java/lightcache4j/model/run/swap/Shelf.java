package lightcache4j.model.run.swap;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What one stage keeps between uses: the boxes, the workspace of what is in memory, and the order
/// of use. Used by one thread; frees everything when it closes.
public final class Shelf implements AutoCloseable {
    private final Swap swap;
    private final boolean swaps;
    private final DType rest;
    private final Workspace workspace;
    private final Order order = new Order();
    private final List<Kept> leaving = new ArrayList<>();
    private final List<Runnable> clearing = new ArrayList<>();

    /// @param part what its bytes are held for
    /// @param swaps whether what is kept leaves working memory
    /// @param rest the type in which it then rests
    Shelf(Swap swap, Part part, boolean swaps, DType rest) {
        this.swap = swap;
        this.swaps = swaps;
        this.rest = rest;
        this.workspace = Workspace.current().open(part);
    }

    /// An empty box.
    ///
    /// @param foreseen asked when its turn to be used is next: whether to bring it back
    public Kept box(BooleanSupplier foreseen) {
        Kept box = new Kept(this, foreseen);
        clearing.add(box::clear);
        return box;
    }

    /// An empty box for `count` frames.
    public KeptFrames frames(int count) {
        KeptFrames box = new KeptFrames(this, count);
        clearing.add(box::clear);
        return box;
    }

    /// A tensor of the shelf's workspace, to put in a box: what `body` gives. All else that it
    /// allocates is freed.
    public Tensor make(Supplier<Tensor> body) {
        try (Workspace inner = workspace.open()) {
            return workspace.adopt(inner.in(body), inner);
        }
    }

    /// A tensor of the shelf's workspace, content undefined.
    public Tensor allocate(Shape shape) {
        return workspace.allocate(DType.F32, shape);
    }

    /// Takes over a tensor of the current workspace.
    ///
    /// @return whether the current workspace owned it; if not, it stays with its owner
    public boolean adopt(Tensor tensor) {
        Workspace current = Workspace.current();
        if (!current.owns(tensor)) {
            return false;
        }
        workspace.adopt(tensor, current);
        return true;
    }

    /// Frees a tensor that [#make] gave and that is in no box.
    public void free(Tensor tensor) {
        workspace.free(tensor);
    }

    /// A round of uses begins: a step, or a piece of a clip.
    public void round() {
        order.round();
    }

    /// What left is given back by now; waits for copies still under way.
    public void settle() {
        List<Kept> gone = List.copyOf(leaving);
        leaving.clear();
        gone.forEach(Kept::gone);
    }

    boolean swaps() {
        return swaps;
    }

    void used(Turn box) {
        order.use(box);
        if (swaps) {
            order.next().ifPresent(Turn::aheadIfForeseen);
        }
    }

    void leaving(Kept box) {
        if (!leaving.contains(box)) {
            leaving.add(box);
        }
    }

    void stay(Kept box) {
        leaving.remove(box);
    }

    /// Room outside working memory for a tensor.
    Kept.Rest room(Tensor tensor) {
        return swap.room(rest.bytes(tensor.size()));
    }

    void forget(Kept.Rest rest) {
        swap.forget(rest);
    }

    @Nullable Future<?> out(Tensor from, Kept.Rest to) {
        return swap.out(from, to, rest);
    }

    @Nullable Future<?> back(Kept.Rest from, Tensor to) {
        return swap.back(from, to, rest);
    }

    void await(Kept box) {
        swap.await(box.takeCopy(), box.byteSize());
    }

    void await(List<Future<?>> copies, long bytes) {
        copies.forEach(copy -> swap.await(copy, bytes));
        copies.clear();
    }

    @Override
    public void close() {
        clearing.forEach(Runnable::run);
        clearing.clear();
        workspace.close();
    }
}
