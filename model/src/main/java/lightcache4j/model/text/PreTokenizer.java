package lightcache4j.model.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts text into pieces, across which nothing is merged.
sealed interface PreTokenizer {

    /// GPT-2's own cut: contractions, words, numbers, punctuation, white space.
    Pattern GPT2 =
            Oniguruma.pattern(
                    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|"
                            + " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    /// The pieces of each piece, none of them empty.
    List<String> split(List<String> pieces);

    /// Cuts at every match of a pattern.
    ///
    /// @param inverted whether what lies between matches counts as the match
    /// @param removed whether matches are left out
    record Split(Pattern pattern, boolean inverted, boolean removed) implements PreTokenizer {

        @Override
        public List<String> split(List<String> pieces) {
            List<String> found = new ArrayList<>();
            for (String piece : pieces) {
                Matcher matcher = pattern.matcher(piece);
                int done = 0;
                while (matcher.find()) {
                    add(found, piece.substring(done, matcher.start()), false);
                    add(found, matcher.group(), true);
                    done = matcher.end();
                }
                add(found, piece.substring(done), false);
            }
            return found;
        }

        private void add(List<String> found, String text, boolean match) {
            if (!text.isEmpty() && !(removed && match != inverted)) {
                found.add(text);
            }
        }
    }

    /// Spells pieces in the [ByteAlphabet].
    ///
    /// @param prefixed whether each piece that starts without a space is given one
    /// @param cut whether pieces are cut by [#GPT2] before
    record ByteLevel(boolean prefixed, boolean cut) implements PreTokenizer {

        @Override
        public List<String> split(List<String> pieces) {
            List<String> prepared = pieces;
            if (prefixed) {
                prepared = pieces.stream().map(p -> p.startsWith(" ") ? p : " " + p).toList();
            }
            if (cut) {
                prepared = new Split(GPT2, false, false).split(prepared);
            }
            return prepared.stream().map(ByteAlphabet::spell).toList();
        }
    }
}
