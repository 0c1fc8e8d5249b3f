package lightcache4j.cli.ablate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/// Writes HTML and SVG that is well-formed XML as well: whatever is opened is closed, and text that
/// comes from outside cannot become markup.
final class Markup {
    private static final Set<String> VOID = Set.of("meta", "img", "source");

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /// Begins an element.
    ///
    /// @param attributes a name, a value, and so on
    Markup open(String element, Object... attributes) {
        begin(element, attributes);
        out.append('>');
        open.push(element);
        return this;
    }

    private void begin(String element, Object... attributes) {
        out.append('<').append(element);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            out.append(escaped(String.valueOf(attributes[i + 1]))).append('"');
        }
    }

    /// Ends the element that was begun last.
    Markup close() {
        out.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /// An element with nothing in it.
    Markup empty(String element, Object... attributes) {
        begin(element, attributes);
        out.append(VOID.contains(element) ? "/>\n" : "></" + element + ">\n");
        return this;
    }

    /// An element with text in it.
    Markup leaf(String element, String text, Object... attributes) {
        open(element, attributes);
        text(text);
        return close();
    }

    /// Text.
    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /// A style sheet of the program's own, as it is.
    Markup style(String css) {
        out.append("<style>\n").append(css).append("</style>\n");
        return this;
    }

    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '&' -> safe.append("&amp;");
                                case '<' -> safe.append("&lt;");
                                case '>' -> safe.append("&gt;");
                                case '"' -> safe.append("&quot;");
                                default -> safe.appendCodePoint(writable(c) ? c : 0xfffd);
                            }
                        });
        return safe.toString();
    }

    /// What XML 1.0 can say (section 2.2).
    private static boolean writable(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= ' ' && c <= 0xd7ff)
                || (c >= 0xe000 && c <= 0xfffd)
                || c >= 0x10000;
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("markup: " + open + " are open, wanted none");
        }
        return out.toString();
    }
}
