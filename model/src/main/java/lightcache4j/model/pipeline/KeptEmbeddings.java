package lightcache4j.model.pipeline;

import lightcache4j.model.dit.Embeddings;
import lightcache4j.model.run.swap.Kept;
import lightcache4j.model.run.swap.Shelf;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.function.UnaryOperator;

/// Embeddings that leave memory between steps, where what is kept does. Those of one guidance
/// branch come back while the other computes.
final class KeptEmbeddings implements Embeddings {
    private final Shelf shelf;
    private final Kept box;
    private final Shape shape;

    /// @param owner what `text` belongs to; it then belongs to the shelf
    KeptEmbeddings(Shelf shelf, Tensor text, Workspace owner) {
        this.shelf = shelf;
        this.shape = text.shape();
        this.box = shelf.box(() -> true);
        owner.run(() -> shelf.adopt(text));
        box.put(text);
        leave();
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public void ahead() {
        box.ahead();
    }

    @Override
    public Tensor read(UnaryOperator<Tensor> body) {
        Tensor y = body.apply(box.get());
        leave();
        return y;
    }

    private void leave() {
        box.leave();
        shelf.settle();
    }
}
