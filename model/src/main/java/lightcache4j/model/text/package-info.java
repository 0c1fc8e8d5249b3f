/// Prompts: from text to the hidden states that condition the denoiser.
///
/// A [lightcache4j.model.text.ChatTemplate] makes the prompt a conversation, a
/// [lightcache4j.model.text.Tokenizer] makes that token ids, and a language model such as
/// [lightcache4j.model.text.Qwen2VLTextModel] makes them states. All three are read from a
/// checkpoint as data: patterns are checked, templates are interpreted within limits, nothing is
/// executed.
package lightcache4j.model.text;
