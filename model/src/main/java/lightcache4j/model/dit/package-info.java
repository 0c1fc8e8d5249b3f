/// Diffusion transformers: the networks that turn noise into latents, step by step.
///
/// Reading order: `EasyAnimateTransformer3DModel`, `EasyAnimateBlock`, `JointAttention`,
/// `AdaptiveNorm`; then `EasyAnimateConfig`, the fields of `config.json`.
///
/// | site | what its body computes | pieces |
/// |---|---|---|
/// | `time_embedding` | what the time does to every block, `[E]` | |
/// | `text_proj`, `text_proj_t5` | prompt embeddings at the model's width | tokens |
/// | `transformer_blocks.0` | the first block | |
/// | `transformer_blocks[1..]` | all further blocks, one after the other | |
/// | `transformer_blocks.7` | a block, inside the span before | |
/// | `transformer_blocks.7.attn1` | its attention, both streams | |
/// | `transformer_blocks.7.attn1.to_out` | queries against all keys, then the output projections | queries |
/// | `transformer_blocks.7.ff`, `.txt_ff` | feed-forward of the video and of the text | tokens |
/// | `norm_out`, `proj_out` | the last norms, the last projection | tokens |
package lightcache4j.model.dit;
