package lightcache4j.model.text;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/// Classes of Unicode characters by their properties, which is how tokenizers and templates mean
/// them; `Character.isWhitespace` leaves out the no-break spaces.
final class Characters {
    private static final Pattern WORD = unicode("\\w");

    private Characters() {}

    private static Pattern unicode(String regex) {
        return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    }

    /// Whether a character may be part of a word (`\w` of Unicode Technical Standard 18).
    static boolean inWord(int codePoint) {
        return WORD.matcher(Character.toString(codePoint)).matches();
    }

    /// Whether a character has the property `White_Space`.
    static boolean isSpace(int codePoint) {
        return (codePoint >= '\t' && codePoint <= '\r')
                || codePoint == 0x85
                || Character.isSpaceChar(codePoint);
    }

    /// The text with each half of a surrogate pair that stands alone replaced, as no UTF-8 can hold
    /// it.
    static String wellFormed(String text) {
        IntPredicate alone = c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        if (text.codePoints().noneMatch(alone)) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text.length());
        text.codePoints().map(c -> alone.test(c) ? 0xfffd : c).forEach(mended::appendCodePoint);
        return mended.toString();
    }
}
