/// Diffusion transformers: the networks that turn noise into latents, step by step.
///
/// Reading order: `EasyAnimateTransformer3DModel`, `EasyAnimateBlock`, `JointAttention`,
/// `AdaptiveNorm`; then `EasyAnimateConfig`, the fields of `config.json`. Its sites:
///
/// | site | what its body computes | splits along |
/// |---|---|---|
/// | `time_embedding` | what tells every block the time | |
/// | `text_proj`, `text_proj_t5` | prompt embeddings at the model's width | tokens |
/// | `transformer_blocks.0` | the first block | |
/// | `transformer_blocks[1..]` | all further blocks | |
/// | `transformer_blocks.7` | one of them | |
/// | `transformer_blocks.7.attn1` | its attention | |
/// | `transformer_blocks.7.attn1.to_out` | queries against all keys, projected | queries |
/// | `transformer_blocks.7.ff`, `.txt_ff` | its feed-forward of video and text | tokens |
/// | `norm_out`, `proj_out` | the last norms, the last projection | tokens |
///
/// Sites whose features are one stream have it as their video, text or not. The last block's text
/// is not computed, for no prediction depends on it; its site has no text stream then.
package lightcache4j.model.dit;
