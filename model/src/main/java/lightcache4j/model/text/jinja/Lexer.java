package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Token.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a template into tokens, with the settings that `transformers` renders chats with: the line
/// end behind a tag belongs to the tag (`trim_blocks`), and so does white space between the start
/// of its line and a tag (`lstrip_blocks`); a last line end is dropped.
final class Lexer {
    private static final Pattern OPENING = Pattern.compile("\\{([{%#])([-+]?)");
    private static final Pattern INSIDE =
            Pattern.compile(
                    "(?<space>\\s+)|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)"
                            + "|(?<float>\\d[\\d_]*(?:\\.\\d[\\d_]*(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+))"
                            + "|(?<integer>\\d[\\d_]*)|(?<string>'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'"
                            + "|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\")"
                            + "|(?<operator>==|!=|<=|>=|//|\\*\\*|[-+*/%~<>=.,:|()\\[\\]{}])",
                    Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern RAW_BEGIN =
            Pattern.compile("\\{%[-+]?\\s*raw\\s*(?<end>-%\\}\\s*|%\\})");
    private static final Pattern RAW_END =
            Pattern.compile("\\{%(?<begin>[-+]?)\\s*endraw\\s*(?<end>\\+%\\}|-%\\}\\s*|%\\}\\n?)");
    private static final Pattern COMMENT_END = Pattern.compile("\\+#\\}|-#\\}\\s*|#\\}\\n?");
    private static final Pattern TAG_END = Pattern.compile("\\+%\\}|-%\\}\\s*|%\\}\\n?");
    private static final Pattern PRINT_END = Pattern.compile("-\\}\\}\\s*|\\}\\}");

    private final String where;
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int counted;
    private int line = 1;
    private boolean lineStarts = true;

    Lexer(String where, String source) {
        this.where = where;
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
    }

    List<Token> tokens() {
        Matcher opening = OPENING.matcher(source);
        while (opening.find(at)) {
            data(source.substring(at, opening.start()), opening);
            at = opening.start();
            switch (opening.group(1)) {
                case "#" -> comment(opening);
                case "{" -> tag(opening, Kind.PRINT_BEGIN, Kind.PRINT_END, PRINT_END);
                default -> block(opening);
            }
            lineStarts = source.charAt(at - 1) == '\n';
        }
        data(source.substring(at), null);
        add(Kind.END, "");
        return tokens;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private int line() {
        for (; counted < at; counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }

    private void data(String text, @Nullable Matcher next) {
        String kept = text;
        if (next != null && next.group(2).equals("-")) {
            kept = text.stripTrailing();
        } else if (next != null && next.group(2).isEmpty() && !next.group(1).equals("{")) {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || lineStarts) && text.substring(line).isBlank()) {
                kept = text.substring(0, line);
            }
        }
        if (!kept.isEmpty()) {
            add(Kind.DATA, kept);
        }
    }

    private void comment(Matcher opening) {
        Matcher end = COMMENT_END.matcher(source);
        if (!end.find(opening.end(1))) {
            throw wrong("a comment has no end", "#}");
        }
        at = end.end();
    }

    private void block(Matcher opening) {
        Matcher raw = RAW_BEGIN.matcher(source).region(at, source.length());
        if (!raw.lookingAt()) {
            tag(opening, Kind.TAG_BEGIN, Kind.TAG_END, TAG_END);
            return;
        }
        Matcher end = RAW_END.matcher(source);
        if (!end.find(raw.end())) {
            throw wrong("raw has no end", "{% endraw %}");
        }
        String text = source.substring(raw.end(), end.start());
        String kept = end.group("begin").equals("-") ? text.stripTrailing() : text;
        int line = kept.lastIndexOf('\n') + 1;
        if (end.group("begin").isEmpty() && line > 0 && kept.substring(line).isBlank()) {
            kept = kept.substring(0, line);
        }
        add(Kind.DATA, kept);
        at = end.end();
    }

    private void tag(Matcher opening, Kind begin, Kind end, Pattern ending) {
        add(begin, opening.group());
        at = opening.end();
        int open = 0;
        Matcher closing = ending.matcher(source);
        Matcher inside = INSIDE.matcher(source);
        while (true) {
            if (open == 0 && closing.region(at, source.length()).lookingAt()) {
                add(end, closing.group());
                at = closing.end();
                return;
            }
            if (!inside.region(at, source.length()).lookingAt()) {
                String is = at < source.length() ? "\"" + source.charAt(at) + "\"" : "the end";
                throw wrong("there is " + is + " inside a tag", "an expression");
            }
            open += token(inside);
            at = inside.end();
        }
    }

    /// Adds the token; gives how many brackets it opens, less those that it closes.
    private int token(Matcher inside) {
        String text = inside.group();
        if (inside.group("name") != null) {
            add(Kind.NAME, text);
        } else if (inside.group("integer") != null) {
            add(Kind.INTEGER, text.replace("_", ""));
        } else if (inside.group("float") != null) {
            add(Kind.FLOAT, text.replace("_", ""));
        } else if (inside.group("string") != null) {
            add(Kind.STRING, unescaped(text.substring(1, text.length() - 1)));
        } else if (inside.group("operator") != null) {
            add(Kind.OPERATOR, text);
            return "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
        }
        return 0;
    }

    private String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            switch (escape) {
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case 'r' -> plain.append('\r');
                case '\n' -> {}
                case '\\', '\'', '"' -> plain.append(escape);
                case 'x', 'u', 'U' -> i = codePoint(text, i, plain);
                case 'a', 'b', 'f', 'v', 'N', '0', '1', '2', '3', '4', '5', '6', '7' ->
                        throw wrong("a string has \\" + escape, "\\n, \\t, \\r, \\x or \\u");
                default -> plain.append('\\').append(escape);
            }
        }
        return plain.toString();
    }

    private int codePoint(String text, int at, StringBuilder plain) {
        int digits =
                switch (text.charAt(at)) {
                    case 'x' -> 2;
                    case 'u' -> 4;
                    default -> 8;
                };
        int end = at + 1 + digits;
        if (end > text.length() || !text.substring(at + 1, end).matches("[0-9a-fA-F]+")) {
            throw wrong("a string has a broken \\" + text.charAt(at), digits + " digits");
        }
        long value = Long.parseLong(text.substring(at + 1, end), 16);
        if (value > Character.MAX_CODE_POINT) {
            throw wrong("a string has \\U" + Long.toHexString(value), "a Unicode character");
        }
        plain.appendCodePoint((int) value);
        return end - 1;
    }

    private TemplateError wrong(String is, String wanted) {
        return new TemplateError("%s line %d: %s, wanted %s".formatted(where, line(), is, wanted));
    }
}
