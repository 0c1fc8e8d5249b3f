package lightcache4j.model.text;

import lightcache4j.weights.Config;

import java.text.Normalizer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `normalizer` of a `tokenizer.json`: Unicode's normal forms, one after the other.
///
/// `tokenizers` 0.23 does this by tables of Unicode 9, in which newer characters mean nothing: they
/// stay as they are, and marks do not move across them. The JDK knows the newer ones, so a text is
/// cut there and its pieces are put in form.
final class Normalization {
    /// Canonical composition, as Qwen2 has it.
    static final UnaryOperator<String> NFC = form(Normalizer.Form.NFC);

    /// Characters that Unicode 16 decomposes, composes or puts in order, and Unicode 9 does not:
    /// found by asking both libraries for each character. First letters of new pairs are among
    /// them.
    private static final Pattern NEWER =
            characters(
                    """
            7fd 897-89f 8ca-8d3 9fe c3c d3b-d3c eba 1715 1abf-1ace 1df6-1dfa 32ff
            a7f2-a7f4 a82c ab69 105c9 105d2 105da 105e4 10781-10785 10787-107b0
            107b2-107ba 10d24-10d27 10d69-10d6d 10eab-10eac 10efd-10eff 10f46-10f50
            10f82-10f85 11070 1133b 11382-11385 1138b 1138e 11390-11391 113c2 113c5
            113c7-113c8 113ce-113d0 1145e 11839-1183a 11935 11938 1193d-1193e 11943 119e0
            11a34 11a47 11a99 11d42 11d44-11d45 11d97 11f41-11f42 1611e 16121-16129 1612f
            16d63 16d67-16d6a 16ff0-16ff1 1ccd6-1ccf9 1e030-1e06d 1e08f 1e130-1e136 1e2ae
            1e2ec-1e2ef 1e4ec-1e4ef 1e5ee-1e5ef 1f16c 1fbf0-1fbf9
            """);

    private Normalization() {}

    /// @param ranges code points in hexadecimal, `first` or `first-last`
    private static Pattern characters(String ranges) {
        return Pattern.compile(
                "["
                        + ranges.strip().replaceAll("[0-9a-f]+", "\\\\x{$0}").replaceAll("\\s", "")
                        + "]");
    }

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
        return text -> {
            StringBuilder normal = new StringBuilder();
            Matcher newer = NEWER.matcher(text);
            int from = 0;
            while (newer.find()) {
                normal.append(Normalizer.normalize(text.substring(from, newer.start()), form));
                normal.append(newer.group());
                from = newer.end();
            }
            return normal.append(Normalizer.normalize(text.substring(from), form)).toString();
        };
    }
}
