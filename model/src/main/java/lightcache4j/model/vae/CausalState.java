package lightcache4j.model.vae;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.IdentityHashMap;

/// How far a causal coder has come in a clip: for each convolution the last frames that it saw.
///
/// Layers own weights only; what one piece leaves to the next is here, in a workspace of its own
/// which is freed when this closes. A state belongs to one clip and one coder, and is used by one
/// thread at a time.
public final class CausalState implements AutoCloseable {
    private final Workspace workspace;
    private final IdentityHashMap<CausalConv3d, Tensor> kept = new IdentityHashMap<>();
    private boolean started;
    private boolean ending;

    private CausalState(Workspace workspace) {
        this.workspace = workspace;
    }

    /// The state before the first frame, of the current workspace's backend and ledger.
    static CausalState open() {
        return new CausalState(Workspace.current().open(Part.STATE));
    }

    /// Whether a piece of the clip has been coded already.
    public boolean started() {
        return started;
    }

    /// The piece is coded; what comes next continues it.
    void advance() {
        started = true;
    }

    /// Whether nothing follows the frames that layers see from now on, so that none need be kept.
    void ending(boolean nothingFollows) {
        ending = nothingFollows;
    }

    /// The frames that `layer` saw last, [CausalConv3d#reach] of them; null at the start of a clip.
    @Nullable Tensor before(CausalConv3d layer) {
        return kept.get(layer);
    }

    /// `layer` has seen `x`: its last frames are what the next piece looks back at. Where `x` is
    /// shorter, frames kept before complete it, and at the start of a clip copies of the first.
    void keep(CausalConv3d layer, Tensor x) {
        Tensor frames = kept.get(layer);
        if (ending) {
            if (frames != null) {
                workspace.free(frames);
                kept.remove(layer);
            }
            return;
        }
        if (frames == null) {
            frames = workspace.allocate(DType.F32, x.shape().with(0, layer.reach()));
            kept.put(layer, frames);
            fill(frames, x.rows(0, 1));
        }
        push(frames, x);
    }

    private void fill(Tensor frames, Tensor one) {
        for (long i = 0; i < frames.dim(0); i++) {
            copy(one, frames.rows(i, i + 1));
        }
    }

    /// Moves `frames` on by those of `x`, in place.
    private void push(Tensor frames, Tensor x) {
        long room = frames.dim(0);
        long fresh = Math.min(room, x.dim(0));
        for (long i = fresh; i < room; i++) {
            copy(frames.rows(i, i + 1), frames.rows(i - fresh, i - fresh + 1));
        }
        copy(x.rows(x.dim(0) - fresh, x.dim(0)), frames.rows(room - fresh, room));
    }

    private void copy(Tensor from, Tensor to) {
        Ops ops = workspace.backend().ops();
        ops.slice(to, from, 0, 0);
    }

    /// Frees the frames kept.
    @Override
    public void close() {
        kept.clear();
        workspace.close();
    }
}
