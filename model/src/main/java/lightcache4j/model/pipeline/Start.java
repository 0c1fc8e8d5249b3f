package lightcache4j.model.pipeline;

import lightcache4j.model.dit.Conditioning;
import lightcache4j.model.dit.Embeddings;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// What denoising begins with. All are channels-last and of the run's workspace.
///
/// @param firstStep the step to begin at; above 0 where a clip is noised and denoised
/// @param noise `[f, h, w, C]`, the draw
/// @param latents `[f, h, w, C]` at the noise level of the first step
/// @param inpaint `[f, h, w, M + C]`: mask and kept latents for checkpoints that take them; null
///   for others
/// @param kept what is put back after each step, for checkpoints that do not take a mask; null for
///   others
record Start(
        int firstStep,
        Tensor noise,
        Tensor latents,
        @Nullable Tensor inpaint,
        @Nullable Kept kept) {

    /// @param latents `[f, h, w, C]` of the reference, without noise
    /// @param mask `[f, h, w, C]`: 1 where generated, 0 where kept
    record Kept(Tensor latents, Tensor mask) {}

    /// What the denoiser is given with a prompt.
    Conditioning conditioning(Embeddings text) {
        return new Conditioning(text, null, inpaint, null);
    }

    /// The same tensors, owned by `outer` from now on.
    Start adoptedBy(Workspace outer, Workspace inner) {
        tensors().forEach(tensor -> outer.adopt(tensor, inner));
        return this;
    }

    /// Frees all of these that `owner` owns, save `survivor`.
    @SuppressWarnings("ReferenceEquality") // storages are told apart by identity
    void freeAllBut(Tensor survivor, Workspace owner) {
        tensors().stream()
                .filter(tensor -> tensor.storage() != survivor.storage())
                .forEach(owner::free);
    }

    private List<Tensor> tensors() {
        Stream<@Nullable Tensor> all =
                Stream.of(
                        noise,
                        latents,
                        inpaint,
                        kept == null ? null : kept.latents(),
                        kept == null ? null : kept.mask());
        return all.filter(Objects::nonNull).toList();
    }
}
