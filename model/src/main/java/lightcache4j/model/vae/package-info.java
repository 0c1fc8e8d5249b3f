/// Video autoencoders: between pixels and latents, piece by piece in time.
///
/// [lightcache4j.model.vae.AutoencoderKLMagvit] is the whole; read it first, then its decoder, the
/// residual block, and the causal convolution with its [lightcache4j.model.vae.CausalState]. Layers
/// own weights and nothing else. What one piece of a clip leaves to the next is in the state, so
/// that a clip of any length is decoded in the memory of one piece: about three features of the
/// outermost level, and for each convolution two frames of its input.
package lightcache4j.model.vae;
