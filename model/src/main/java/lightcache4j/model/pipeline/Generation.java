package lightcache4j.model.pipeline;

import lightcache4j.tensors.Tensor;

/// What a run leaves behind beside its frames, in host memory.
///
/// @param initialLatents the noise it began with, `[C, f, h, w]`
/// @param latents what it denoised to, `[C, f, h, w]`
/// @param report what it took
public record Generation(Tensor initialLatents, Tensor latents, Report report) {}
