package lightcache4j.model.vae;

import lightcache4j.model.run.swap.KeptFrames;
import lightcache4j.model.run.swap.Shelf;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.IdentityHashMap;
import java.util.function.Function;

/// How far a causal coder has come in a clip: for each convolution the last frames that it saw.
///
/// Layers own weights only; what one piece leaves to the next is here, on a shelf of its own which
/// is freed when this closes. Where kept tensors leave memory, only the frames of the layer that
/// computes and of the one after it are in it. A state belongs to one clip and one coder, and is
/// used by one thread at a time.
public final class CausalState implements AutoCloseable {
    private final Shelf shelf;
    private final Pieces pieces;
    private final IdentityHashMap<CausalConv3d, KeptFrames> kept = new IdentityHashMap<>();
    private boolean started;
    private boolean ending;

    private CausalState(Pieces pieces, Shelf shelf) {
        this.pieces = pieces;
        this.shelf = shelf;
    }

    /// The state before the first frame, of the current workspace's backend and ledger.
    static CausalState open(Pieces pieces, Swap swap) {
        return new CausalState(pieces, swap.state());
    }

    /// How the clip is cut up.
    Pieces pieces() {
        return pieces;
    }

    /// Whether a piece of the clip has been coded already.
    public boolean started() {
        return started;
    }

    /// The piece is coded; what comes next continues it.
    void advance() {
        started = true;
        shelf.round();
    }

    /// Whether nothing follows the frames that layers see from now on, so that none need be kept.
    void ending(boolean nothingFollows) {
        ending = nothingFollows;
    }

    /// Runs `body`, which computes `layer` on `x` `[F, …]`, with the [CausalConv3d#reach] frames
    /// that the layer saw before; null at the start of a clip. The last frames of `x` are what the
    /// next piece looks back at.
    Tensor step(CausalConv3d layer, Tensor x, Function<@Nullable Tensor, Tensor> body) {
        KeptFrames frames = kept.computeIfAbsent(layer, l -> shelf.frames(l.reach()));
        Tensor before = frames.empty() ? null : frames.get();
        if (ending) {
            frames.beginLast();
            Tensor y = body.apply(before);
            frames.clear();
            return y;
        }
        frames.begin(x);
        Tensor y = body.apply(before);
        frames.end(x);
        return y;
    }

    /// Frees the frames kept.
    @Override
    public void close() {
        kept.clear();
        shelf.close();
    }
}
