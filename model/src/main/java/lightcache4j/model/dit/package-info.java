/// Diffusion transformers: the networks that turn noise into latents, step by step.
package lightcache4j.model.dit;
