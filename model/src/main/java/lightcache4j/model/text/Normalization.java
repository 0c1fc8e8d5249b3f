package lightcache4j.model.text;

import lightcache4j.weights.Config;

import java.text.Normalizer;
import java.util.function.UnaryOperator;

/// The `normalizer` of a `tokenizer.json`: Unicode's normal forms, one after the other.
///
/// They follow the JDK's version of Unicode, which is newer than that of `tokenizers`: some 120
/// combining marks of rare scripts, where they stand beside other marks, are put in order here and
/// not there.
final class Normalization {
    /// Canonical composition, as Qwen2 has it.
    static final UnaryOperator<String> NFC = form(Normalizer.Form.NFC);

    private Normalization() {}

    /// @throws lightcache4j.weights.MalformedConfig if it asks for another kind
    static UnaryOperator<String> of(Config c) {
        String type = c.text("type");
        return switch (type) {
            case "NFC", "NFD", "NFKC", "NFKD" -> form(Normalizer.Form.valueOf(type));
            case "Sequence" -> {
                UnaryOperator<String> all = UnaryOperator.identity();
                for (Config step : TokenizerJson.children(c, "normalizers")) {
                    UnaryOperator<String> before = all;
                    UnaryOperator<String> next = of(step);
                    all = text -> next.apply(before.apply(text));
                }
                yield all;
            }
            default -> throw c.unsupported("type", type, "NFC, NFD, NFKC, NFKD or a Sequence");
        };
    }

    private static UnaryOperator<String> form(Normalizer.Form form) {
        return text -> Normalizer.normalize(text, form);
    }
}
