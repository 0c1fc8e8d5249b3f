package lightcache4j.model.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The alphabet of byte-level vocabularies: one printable character for each byte, as GPT-2 has
/// them.
///
/// Printable bytes of Latin-1 stand for themselves; the others, in order, for the characters from
/// U+0100 on. So a space is `Ġ` and a line feed `Ċ`.
final class ByteAlphabet {
    private static final int BYTES = 256;
    private static final char[] LETTERS = letters();
    private static final short[] VALUES = values();

    private ByteAlphabet() {}

    private static char[] letters() {
        char[] letters = new char[BYTES];
        char free = BYTES;
        for (char value = 0; value < BYTES; value++) {
            boolean printable =
                    (value >= '!' && value <= '~')
                            || (value >= '¡' && value <= '¬')
                            || value >= '®';
            letters[value] = printable ? value : free++;
        }
        return letters;
    }

    private static short[] values() {
        short[] values = new short[2 * BYTES];
        Arrays.fill(values, (short) -1);
        for (short value = 0; value < BYTES; value++) {
            values[LETTERS[value]] = value;
        }
        return values;
    }

    /// The UTF-8 bytes of a text, one letter each.
    static String spell(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        char[] letters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            letters[i] = LETTERS[bytes[i] & 0xff];
        }
        return new String(letters);
    }

    /// The bytes that a token spells; the token's own UTF-8 if it has a character that is no
    /// letter.
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char letter = token.charAt(i);
            if (letter >= VALUES.length || VALUES[letter] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) VALUES[letter];
        }
        return bytes;
    }
}
