package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.tensors.Arithmetic;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// Owns what a branch keeps from step to step, and counts its bytes.
final class Store implements AutoCloseable {
    private final Workspace workspace = Workspace.current().open(Part.FEATURES);
    private long bytes;
    private long peak;

    /// What `body` gives, kept; all else that it allocates is freed.
    Tensor make(Supplier<Tensor> body) {
        try (Workspace inner = workspace.open()) {
            Tensor made = workspace.adopt(inner.in(body), inner);
            return counted(made);
        }
    }

    /// The tensor itself if the current workspace would free it, else a copy.
    Tensor take(Tensor x) {
        Workspace current = Workspace.current();
        if (!current.owns(x)) {
            return make(() -> Arithmetic.scale(x, 1));
        }
        return counted(workspace.adopt(x, current));
    }

    /// Both streams, as [#take(Tensor)].
    Features take(Features x) {
        return x.map(this::take, this::take);
    }

    private Tensor counted(Tensor kept) {
        bytes += kept.byteSize();
        peak = Math.max(peak, bytes);
        return kept;
    }

    /// Frees a tensor that is kept.
    void free(@Nullable Tensor kept) {
        if (kept != null) {
            bytes -= kept.byteSize();
            workspace.free(kept);
        }
    }

    /// Frees both streams.
    void free(@Nullable Features kept) {
        if (kept != null) {
            free(kept.video());
            free(kept.text());
        }
    }

    /// Bytes kept now.
    long bytes() {
        return bytes;
    }

    /// The most bytes kept at once.
    long peak() {
        return peak;
    }

    @Override
    public void close() {
        workspace.close();
    }
}
