package lightcache4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.text.jinja.Special;
import lightcache4j.model.text.jinja.Template;
import lightcache4j.weights.Config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How a checkpoint writes a conversation as one text: its chat template, which is interpreted
/// within limits (see [Template]) and can do nothing but write text.
public final class ChatTemplate {
    private final Template template;
    private final Map<String, Object> constants;

    private ChatTemplate(Template template, Map<String, String> tokens) {
        this.template = template;
        this.constants = new HashMap<>(tokens);
    }

    /// A template from its source.
    ///
    /// @param where what messages call it
    /// @param tokens what the template is told of the tokenizer, such as `eos_token`
    /// @throws lightcache4j.model.text.jinja.TemplateError if it is malformed or has something not
    ///   built here
    public static ChatTemplate of(String where, String source, Map<String, String> tokens) {
        return new ChatTemplate(Template.parse(where, source), tokens);
    }

    /// The template in a folder of a checkpoint: `chat_template.jinja`, or the field
    /// `chat_template` of `tokenizer_config.json` or of `chat_template.json`; of several, the one
    /// named `default`.
    ///
    /// @throws MalformedTokenizer if there is none
    public static ChatTemplate load(Path folder) {
        TokenizerFolder files = new TokenizerFolder(folder);
        String where = "chat_template.jinja";
        String source = files.text(where);
        if (source == null) {
            where = "tokenizer_config.json";
            source = field(files.settings());
        }
        if (source == null) {
            where = "chat_template.json";
            Config config = files.config(where);
            source = config == null ? null : field(config);
        }
        if (source == null) {
            throw new MalformedTokenizer(
                    "tokenizer: %s has no chat template, wanted chat_template.jinja or a field chat_template in tokenizer_config.json"
                            .formatted(folder));
        }
        return of(where, source, files.namedTokens());
    }

    private static @Nullable String field(Config config) {
        JsonNode field = config.json().get("chat_template");
        if (field == null || !field.isArray()) {
            return config.textOrNull("chat_template");
        }
        for (JsonNode named : field) {
            if (named.path("name").asText().equals("default")) {
                return named.path("template").asText();
            }
        }
        throw config.unsupported("chat_template", "a list of others", "one named default");
    }

    /// A prompt as the user's only message, with the start of an answer behind it: what diffusers'
    /// pipelines give their text encoder.
    public String prompt(String text) {
        Map<String, Object> part = Map.of("type", "text", "text", text);
        return render(List.of(Map.of("role", "user", "content", List.of(part))), true);
    }

    /// A conversation as text.
    ///
    /// @param messages each with a `role` and a `content`, which is a string or a list of parts;
    ///   made of maps, lists, strings, numbers and booleans
    /// @param answering whether the start of an answer is set behind it
    /// @throws lightcache4j.model.text.jinja.TemplateError if the template refuses the
    ///   conversation, or goes beyond a limit
    public String render(List<Map<String, Object>> messages, boolean answering) {
        Map<String, Object> variables = new HashMap<>(constants);
        variables.put("messages", messages);
        variables.put("add_generation_prompt", answering);
        variables.put("tools", Special.NONE);
        variables.put("documents", Special.NONE);
        return template.render(variables);
    }
}
