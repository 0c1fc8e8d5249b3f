/// Prompts: tokenizers and the language models whose hidden states condition the denoiser.
package lightcache4j.model.text;
