package lightcache4j.weights;

/// Names out of a file, made fit for a message of one line: a file may call a tensor anything.
final class Printable {
    private static final int LONGEST = 120;

    private Printable() {}

    /// The name with control characters and broken surrogates escaped, and its tail cut if it is
    /// long.
    static String of(String name) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < name.length() && line.length() < LONGEST; ) {
            int c = name.codePointAt(i);
            boolean plain = !Character.isISOControl(c) && Character.isDefined(c) && !isFormat(c);
            line.append(plain ? Character.toString(c) : "\\u%04x".formatted(c));
            i += Character.charCount(c);
        }
        return line.length() < LONGEST ? line.toString() : line + "…";
    }

    /// Whether every surrogate in `text` has its partner: what UTF-8 can say.
    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            } else if (Character.isLowSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    // Surrogates without a partner, line separators, and marks that turn the direction of text
    // around.
    private static boolean isFormat(int c) {
        return switch (Character.getType(c)) {
            case Character.SURROGATE,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
