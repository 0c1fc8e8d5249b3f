package lightcache4j.model.pipeline;

import lightcache4j.weights.Checkpoint;

/// Where the weights of a pipeline's components are.
///
/// @param textEncoder of the model that reads the prompt
/// @param transformer of the denoiser
/// @param vae of the autoencoder
public record Sources(Checkpoint textEncoder, Checkpoint transformer, Checkpoint vae) {}
