package lightcache4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.text.AddedTokens.AddedToken;
import lightcache4j.model.text.BytePairs.Pair;
import lightcache4j.model.text.Tokenizer.Padding;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Reads `tokenizer.json`, the format of Hugging Face's `tokenizers`. What it asks for and is not
/// built here is an error: a prompt must not be read differently in silence.
///
/// Its own `truncation` and `padding` are not read: the caller says how long a text shall be.
final class TokenizerJson {
    private static final String QWEN2_CUT =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r"
                    + "\\n"
                    + "\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r"
                    + "\\n"
                    + "]*|\\s*[\\r"
                    + "\\n"
                    + "]+|\\s+(?!\\S)|\\s+";

    private final Config root;

    TokenizerJson(Config root) {
        this.root = root;
    }

    Tokenizer tokenizer(Padding padding) {
        known(
                root,
                Set.of(
                        "version",
                        "truncation",
                        "padding",
                        "added_tokens",
                        "normalizer",
                        "pre_tokenizer",
                        "post_processor",
                        "decoder",
                        "model"));
        BytePairs model = model(root.child("model"));
        UnaryOperator<String> normalizer =
                root.has("normalizer")
                        ? Normalization.of(root.child("normalizer"))
                        : UnaryOperator.identity();
        List<AddedToken> added = new ArrayList<>();
        for (Config token : children(root, "added_tokens")) {
            added.add(added(token));
        }
        List<PreTokenizer> steps = new ArrayList<>();
        if (root.has("pre_tokenizer")) {
            preTokenizers(root.child("pre_tokenizer"), steps);
        }
        if (root.has("decoder")) {
            type(root.child("decoder"), "ByteLevel");
        }
        Frame frame =
                root.has("post_processor") ? Frame.of(root.child("post_processor")) : Frame.NONE;
        return new Tokenizer(
                new AddedTokens(added, model, normalizer),
                normalizer,
                steps,
                model,
                frame,
                padding);
    }

    /// The tokenizer of Qwen2 around a vocabulary.
    static Tokenizer qwen2(BytePairs model, List<AddedToken> added, Padding padding) {
        List<PreTokenizer> steps =
                List.of(
                        new PreTokenizer.Split(Oniguruma.pattern(QWEN2_CUT), false, false),
                        new PreTokenizer.ByteLevel(false, false));
        return new Tokenizer(
                new AddedTokens(added, model, Normalization.NFC),
                Normalization.NFC,
                steps,
                model,
                Frame.NONE,
                padding);
    }

    static AddedToken added(Config c) {
        known(
                c,
                Set.of(
                        "id",
                        "content",
                        "single_word",
                        "lstrip",
                        "rstrip",
                        "normalized",
                        "special"));
        boolean special = c.flag("special", false);
        return new AddedToken(
                c.text("content"),
                c.flag("single_word", false),
                c.flag("lstrip", false),
                c.flag("rstrip", false),
                c.flag("normalized", !special),
                special);
    }

    private static BytePairs model(Config c) {
        if (c.has("type")) {
            type(c, "BPE");
        }
        known(
                c,
                Set.of(
                        "type",
                        "vocab",
                        "merges",
                        "dropout",
                        "unk_token",
                        "continuing_subword_prefix",
                        "end_of_word_suffix",
                        "fuse_unk",
                        "byte_fallback",
                        "ignore_merges"));
        for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!c.text(affix, "").isEmpty()) {
                throw c.unsupported(affix, c.text(affix), "none");
            }
        }
        if (c.real("dropout", 0) != 0) {
            throw c.unsupported("dropout", c.real("dropout"), "none, for ids must not be random");
        }
        if (c.flag("byte_fallback", false)) {
            throw c.unsupported("byte_fallback", true, "false");
        }
        Map<String, Integer> vocabulary = vocabulary(c.child("vocab"));
        List<Pair> merges = new ArrayList<>();
        for (JsonNode merge : elements(c, "merges")) {
            merges.add(merge(c, merge));
        }
        return new BytePairs(
                vocabulary, merges, c.flag("ignore_merges", false), unknown(c, vocabulary));
    }

    private static BytePairs.Unknown unknown(Config c, Map<String, Integer> vocabulary) {
        if (!c.has("unk_token")) {
            return BytePairs.Unknown.LEFT_OUT;
        }
        Integer id = vocabulary.get(c.text("unk_token"));
        if (id == null) {
            throw c.unsupported("unk_token", c.text("unk_token"), "a token of the vocabulary");
        }
        return new BytePairs.Unknown(id, c.flag("fuse_unk", false));
    }

    static Map<String, Integer> vocabulary(Config c) {
        Map<String, Integer> ids = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : c.json().properties()) {
            if (!entry.getValue().canConvertToInt() || entry.getValue().intValue() < 0) {
                throw c.unsupported(entry.getKey(), entry.getValue(), "a token id");
            }
            ids.put(entry.getKey(), entry.getValue().intValue());
        }
        return ids;
    }

    private static Pair merge(Config c, JsonNode merge) {
        if (merge.isTextual()) {
            return pair(c.where() + " merges", merge.asText());
        }
        if (merge.isArray() && merge.size() == 2) {
            return new Pair(merge.get(0).asText(), merge.get(1).asText());
        }
        throw c.unsupported("merges", merge, "pairs of tokens");
    }

    static Pair pair(String where, String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 2) {
            throw new MalformedTokenizer(
                    "%s: has \"%s\", wanted two tokens with one space between"
                            .formatted(where, line));
        }
        return new Pair(parts[0], parts[1]);
    }

    private static void preTokenizers(Config c, List<PreTokenizer> steps) {
        String type = c.text("type");
        switch (type) {
            case "Sequence" ->
                    children(c, "pretokenizers").forEach(step -> preTokenizers(step, steps));
            case "Split" -> steps.add(split(c));
            case "ByteLevel" ->
                    steps.add(
                            new PreTokenizer.ByteLevel(
                                    c.flag("add_prefix_space", true), c.flag("use_regex", true)));
            default -> throw c.unsupported("type", type, "Split, ByteLevel or a Sequence");
        }
    }

    private static PreTokenizer split(Config c) {
        Config pattern = c.child("pattern");
        String behavior = c.text("behavior").toLowerCase(Locale.ROOT);
        if (!behavior.equals("isolated") && !behavior.equals("removed")) {
            throw c.unsupported("behavior", behavior, "Isolated or Removed");
        }
        return new PreTokenizer.Split(
                pattern.has("Regex")
                        ? Oniguruma.pattern(pattern.text("Regex"))
                        : Pattern.compile(pattern.text("String"), Pattern.LITERAL),
                c.flag("invert", false),
                behavior.equals("removed"));
    }

    private static void type(Config c, String wanted) {
        if (!c.text("type").equals(wanted)) {
            throw c.unsupported("type", c.text("type"), wanted);
        }
    }

    private static void known(Config c, Set<String> fields) {
        c.json()
                .fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!fields.contains(name)) {
                                throw c.unsupported(
                                        name,
                                        c.json().get(name),
                                        "no such field; it is not built here");
                            }
                        });
    }

    /// The objects in a list.
    static List<Config> children(Config c, String name) {
        List<Config> children = new ArrayList<>();
        for (JsonNode child : elements(c, name)) {
            children.add(new Config(c.where() + " " + name, child));
        }
        return children;
    }

    private static Iterable<JsonNode> elements(Config c, String name) {
        JsonNode list = c.json().get(name);
        if (list == null || !list.isArray()) {
            throw new MalformedConfig(
                    "%s: %s is %s, wanted a list".formatted(c.where(), name, list));
        }
        return list;
    }
}
