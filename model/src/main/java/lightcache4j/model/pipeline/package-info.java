/// Whole generations: a prompt goes in, frames come out.
///
/// [lightcache4j.model.pipeline.EasyAnimatePipeline] owns the loop over steps; nothing else loops
/// over them. A run has three stages, each with a workspace of its own, so that what one stage
/// needs is gone before the next begins: the prompt becomes embeddings, noise becomes latents,
/// latents become frames. Frames leave through a [lightcache4j.model.pipeline.FrameSink] as they
/// are decoded; the clip is never held as a whole.
package lightcache4j.model.pipeline;
