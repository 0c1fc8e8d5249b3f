package lightcache4j.model.text;

import lightcache4j.model.text.AddedTokens.AddedToken;
import lightcache4j.model.text.AddedTokens.Stretch;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Text to token ids and back, as the byte-level tokenizers of Hugging Face do it: added tokens are
/// found, the rest is normalised, cut into pieces, spelt in bytes and merged.
///
/// Immutable, and safe for several threads.
public final class Tokenizer {
    private final AddedTokens added;
    private final UnaryOperator<String> normalizer;
    private final List<PreTokenizer> preTokenizers;
    private final BytePairs model;
    private final Frame frame;
    private final Padding padding;

    /// How a text is brought to a length.
    ///
    /// @param token that fills up; null if the files name none
    /// @param cutsStart whether a text that is too long loses its start instead of its end
    record Padding(@Nullable String token, boolean cutsStart) {}

    Tokenizer(
            AddedTokens added,
            UnaryOperator<String> normalizer,
            List<PreTokenizer> preTokenizers,
            BytePairs model,
            Frame frame,
            Padding padding) {
        this.added = added;
        this.normalizer = normalizer;
        this.preTokenizers = preTokenizers;
        this.model = model;
        this.frame = frame;
        this.padding = padding;
    }

    /// The tokenizer in a folder of a checkpoint: of `tokenizer.json`, or, where there is none, of
    /// `vocab.json` and `merges.txt` with Qwen2's way of cutting text; its padding of
    /// `tokenizer_config.json`.
    ///
    /// @throws MalformedTokenizer if files are missing or broken, or ask for something not built
    ///   here
    public static Tokenizer load(Path folder) {
        return new TokenizerFolder(folder).tokenizer();
    }

    /// The ids of a text, with the special tokens that the tokenizer sets around every text.
    public int[] encode(String text) {
        int[] content = encodeContent(text);
        int[] framed = new int[frame.before().size() + content.length + frame.after().size()];
        fill(framed, 0, frame.before());
        System.arraycopy(content, 0, framed, frame.before().size(), content.length);
        fill(framed, framed.length - frame.after().size(), frame.after());
        return framed;
    }

    /// The ids of a text brought to `length` tokens: cut if it has more, padded on the right if it
    /// has fewer.
    ///
    /// @throws MalformedTokenizer if padding is needed and the files name no token for it, or
    ///   `length` does not even hold the special tokens
    public Encoding encode(String text, int length) {
        int[] content = encodeContent(text);
        int room = length - frame.before().size() - frame.after().size();
        if (length < 1 || room < 0) {
            throw new MalformedTokenizer(
                    "tokenizer: the length is %d, wanted at least %d for the special tokens"
                            .formatted(length, Math.max(1, length - room)));
        }
        int cut = Math.max(0, content.length - room);
        int[] kept =
                padding.cutsStart()
                        ? Arrays.copyOfRange(content, cut, content.length)
                        : Arrays.copyOf(content, content.length - cut);
        int[] ids = new int[length];
        int used = length - room + kept.length;
        fill(ids, 0, frame.before());
        System.arraycopy(kept, 0, ids, frame.before().size(), kept.length);
        fill(ids, used - frame.after().size(), frame.after());
        if (used < length) {
            Arrays.fill(ids, used, length, padId());
        }
        int[] mask = new int[length];
        Arrays.fill(mask, 0, used, 1);
        return new Encoding(Tensor.of(ids, length), Tensor.of(mask, length), cut);
    }

    private static void fill(int[] ids, int at, List<Integer> values) {
        for (int i = 0; i < values.size(); i++) {
            ids[at + i] = values.get(i);
        }
    }

    private int padId() {
        String token = padding.token();
        OptionalInt id = token == null ? OptionalInt.empty() : id(token);
        return id.orElseThrow(
                () ->
                        new MalformedTokenizer(
                                "tokenizer: pad_token is %s, wanted a token of the vocabulary to pad with; see tokenizer_config.json"
                                        .formatted(token == null ? "missing" : token)));
    }

    private int[] encodeContent(String text) {
        IntStream.Builder ids = IntStream.builder();
        for (Stretch stretch : added.split(Characters.wellFormed(text), normalizer)) {
            if (stretch.id() >= 0) {
                ids.add(stretch.id());
            } else {
                pieces(stretch.text()).forEach(piece -> model.encode(piece, ids));
            }
        }
        return ids.build().toArray();
    }

    private List<String> pieces(String text) {
        List<String> pieces = List.of(text);
        for (PreTokenizer step : preTokenizers) {
            pieces = step.split(pieces);
        }
        return pieces;
    }

    /// The text of ids; bytes that are no UTF-8 become U+FFFD, and ids that are no token are left
    /// out.
    ///
    /// @param skipSpecial whether special tokens are left out
    public String decode(int[] ids, boolean skipSpecial) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String token : tokens(ids, skipSpecial)) {
            bytes.writeBytes(ByteAlphabet.bytes(token));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private List<String> tokens(int[] ids, boolean skipSpecial) {
        List<String> tokens = new ArrayList<>();
        for (int id : ids) {
            AddedToken special = added.token(id);
            String token = special == null ? model.token(id) : special.content();
            if (token != null && !(skipSpecial && special != null && special.special())) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    /// The id of a token, if there is one of that content.
    public OptionalInt id(String token) {
        Integer id = added.id(token);
        if (id == null) {
            id = model.id(token);
        }
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }
}
