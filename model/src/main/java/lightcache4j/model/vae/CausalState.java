package lightcache4j.model.vae;

import static lightcache4j.tensors.Layout.concat;
import static lightcache4j.tensors.Layout.slice;

import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// How far a causal coder has come in a clip: for each convolution the last frames that it saw.
///
/// Layers own weights only; what one piece leaves to the next is here, in a workspace of its own
/// which is freed when this closes. A state belongs to one clip and one coder, and is used by one
/// thread at a time.
public final class CausalState implements AutoCloseable {
    private final Workspace workspace;
    private final IdentityHashMap<CausalConv3d, Tensor> kept = new IdentityHashMap<>();
    private boolean started;

    private CausalState(Workspace workspace) {
        this.workspace = workspace;
    }

    /// The state before the first frame, of the current workspace's backend and ledger.
    static CausalState open() {
        return new CausalState(Workspace.current().open());
    }

    /// Whether a piece of the clip has been coded already.
    public boolean started() {
        return started;
    }

    /// The piece is coded; what comes next continues it.
    void advance() {
        started = true;
    }

    /// The frames that `layer` saw last, [CausalConv3d#reach] of them; null at the start of a clip.
    @Nullable Tensor before(CausalConv3d layer) {
        return kept.get(layer);
    }

    /// `layer` has seen `x`: its last frames are what the next piece looks back at. Where `x` is
    /// shorter, frames kept before complete it, and at the start of a clip copies of the first.
    void keep(CausalConv3d layer, Tensor x) {
        Tensor old = kept.remove(layer);
        long missing = layer.reach() - x.dim(0);
        if (missing > 0) {
            Tensor last = workspace.in(() -> concat(0, completed(old, x, missing)));
            kept.put(layer, last);
        }
        if (old != null) {
            workspace.free(old);
        }
        if (missing <= 0) {
            Tensor last = workspace.in(() -> slice(x, 0, -missing, x.dim(0)));
            kept.put(layer, last);
        }
    }

    private static List<Tensor> completed(@Nullable Tensor old, Tensor x, long missing) {
        List<Tensor> frames = new ArrayList<>();
        if (old != null) {
            frames.add(old.rows(old.dim(0) - missing, old.dim(0)));
        } else {
            for (long i = 0; i < missing; i++) {
                frames.add(x.rows(0, 1));
            }
        }
        frames.add(x);
        return frames;
    }

    /// Frees the frames kept.
    @Override
    public void close() {
        kept.clear();
        workspace.close();
    }
}
