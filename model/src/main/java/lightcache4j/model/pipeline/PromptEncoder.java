package lightcache4j.model.pipeline;

import lightcache4j.model.run.Runner;
import lightcache4j.model.text.ChatTemplate;
import lightcache4j.model.text.Encoding;
import lightcache4j.model.text.Qwen2VLTextModel;
import lightcache4j.model.text.Tokenizer;
import lightcache4j.tensors.Tensor;

import java.util.Arrays;

/// Prompt to embeddings, as EasyAnimate V5.1 does it: the prompt as a chat message, tokenized and
/// padded to a fixed length, through the language model; what its last layer but one gives, at
/// every position, padding included.
///
/// @param template how a message is written out
/// @param tokenizer text to ids
/// @param model ids to embeddings
public record PromptEncoder(ChatTemplate template, Tokenizer tokenizer, Qwen2VLTextModel model) {

    /// Embeddings `[length, E]` in the current workspace.
    ///
    /// @param length tokens to pad or cut to
    /// @param listener is told if the prompt was cut, and where
    public Tensor encode(String prompt, int length, Runner runner, Listener listener) {
        String text = template.prompt(prompt);
        Encoding tokens = tokenizer.encode(text, length);
        if (tokens.cut() > 0) {
            listener.notice(notice(text, length));
        }
        return model.embeddings(tokens.ids(), tokens.mask(), runner); // [T, E]
    }

    private String notice(String text, int length) {
        int[] all = tokenizer.encode(text);
        String lost = tokenizer.decode(Arrays.copyOfRange(all, length, all.length), true);
        return "prompt: is %d tokens, wanted at most %d; left out: \"%s\""
                .formatted(all.length, length, lost.strip());
    }
}
