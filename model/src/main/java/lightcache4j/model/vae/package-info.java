/// Video autoencoders: between pixels and latents, piece by piece in time.
package lightcache4j.model.vae;
