/// Pipelines: text, image or masked clip in, frames out, one at a time.
package lightcache4j.model.pipeline;
