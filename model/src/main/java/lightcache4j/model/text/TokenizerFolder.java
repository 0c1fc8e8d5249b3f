package lightcache4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import lightcache4j.model.text.AddedTokens.AddedToken;
import lightcache4j.model.text.Tokenizer.Padding;
import lightcache4j.weights.Config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The files that describe a tokenizer, and what is taken from which.
final class TokenizerFolder {
    private static final List<String> NAMED_TOKENS =
            List.of(
                    "bos_token",
                    "eos_token",
                    "unk_token",
                    "sep_token",
                    "pad_token",
                    "cls_token",
                    "mask_token");
    private static final String QWEN2_PAD = "<|endoftext|>";

    private final Path folder;
    private final Config settings;

    TokenizerFolder(Path folder) {
        this.folder = folder;
        Config found = config("tokenizer_config.json");
        this.settings =
                found != null
                        ? found
                        : new Config(
                                "tokenizer_config.json", JsonNodeFactory.instance.objectNode());
    }

    /// What `tokenizer_config.json` says; empty if there is none.
    Config settings() {
        return settings;
    }

    /// A file of the folder as text, or null if it is not there.
    @Nullable String text(String name) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new MalformedTokenizer(
                    "tokenizer: %s cannot be read as UTF-8 text (%s), wanted a readable file"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /// A JSON file of the folder, or null if it is not there.
    @Nullable Config config(String name) {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file) ? Config.read(file) : null;
    }

    Tokenizer tokenizer() {
        Config json = config("tokenizer.json");
        return json != null ? new TokenizerJson(json).tokenizer(padding()) : qwen2();
    }

    private Padding padding() {
        String side = settings.text("truncation_side", "right");
        if (!side.equals("right") && !side.equals("left")) {
            throw settings.unsupported("truncation_side", side, "left or right");
        }
        return new Padding(namedTokens().get("pad_token"), side.equals("left"));
    }

    /// Tokens that have a role, such as `pad_token`, by its name, in the order of their roles.
    Map<String, String> namedTokens() {
        Config map = config("special_tokens_map.json");
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String role : NAMED_TOKENS) {
            String token = token(settings, role);
            if (token == null && map != null) {
                token = token(map, role);
            }
            if (token != null) {
                tokens.put(role, token);
            }
        }
        return tokens;
    }

    private static @Nullable String token(Config config, String role) {
        if (!config.has(role)) {
            return null;
        }
        return config.json().get(role).isObject()
                ? config.child(role).text("content")
                : config.text(role);
    }

    private Tokenizer qwen2() {
        Config vocabulary = config("vocab.json");
        String merges = text("merges.txt");
        if (vocabulary == null || merges == null) {
            throw new MalformedTokenizer(
                    "tokenizer: %s has neither tokenizer.json nor both vocab.json and merges.txt, wanted one of these"
                            .formatted(folder));
        }
        BytePairs model =
                new BytePairs(
                        TokenizerJson.vocabulary(vocabulary),
                        merges(merges),
                        false,
                        BytePairs.Unknown.LEFT_OUT);
        Padding padding = padding();
        if (padding.token() == null) {
            padding = new Padding(QWEN2_PAD, padding.cutsStart());
        }
        return TokenizerJson.qwen2(model, addedTokens(), padding);
    }

    private static List<BytePairs.Pair> merges(String text) {
        return text.lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("#version"))
                .map(line -> TokenizerJson.pair("merges.txt", line))
                .toList();
    }

    /// Added tokens of a folder without `tokenizer.json`: those of `added_tokens_decoder` by their
    /// ids, then those that have a role, then extra ones.
    private List<AddedToken> addedTokens() {
        List<AddedToken> tokens = new ArrayList<>();
        if (settings.has("added_tokens_decoder")) {
            Config decoder = settings.child("added_tokens_decoder");
            Map<Integer, AddedToken> byId = new TreeMap<>();
            decoder.json()
                    .fieldNames()
                    .forEachRemaining(
                            id ->
                                    byId.put(
                                            id(decoder, id),
                                            TokenizerJson.added(decoder.child(id))));
            tokens.addAll(byId.values());
        }
        List<String> contents = new ArrayList<>(namedTokens().values());
        contents.add(QWEN2_PAD);
        for (String field : List.of("extra_special_tokens", "additional_special_tokens")) {
            if (settings.has(field) && settings.json().get(field).isArray()) {
                for (JsonNode token : settings.json().get(field)) {
                    contents.add(
                            token.isObject() ? token.path("content").asText() : token.asText());
                }
            }
        }
        contents.forEach(c -> tokens.add(new AddedToken(c, false, false, false, false, true)));
        return tokens;
    }

    private static int id(Config decoder, String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw new MalformedTokenizer(
                    "%s: the key is \"%s\", wanted a token id".formatted(decoder.where(), id), e);
        }
    }
}
