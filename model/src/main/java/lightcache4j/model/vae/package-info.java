/// Video autoencoders: between pixels and latents, piece by piece in time.
///
/// [lightcache4j.model.vae.AutoencoderKLMagvit] is the whole; read it first, then its decoder, the
/// residual block, and the causal convolution with its [lightcache4j.model.vae.CausalState]. Layers
/// own weights and nothing else: what one piece of a clip leaves to the next is in the state, so
/// that a clip of any length is decoded in the memory of one piece.
///
/// That memory is, for each convolution, two frames of its input, which is most of it, and about
/// six frames of the largest feature: where norms take each frame alone, frames go up the levels
/// one at a time, and each feature is freed as soon as its successor is there.
package lightcache4j.model.vae;
