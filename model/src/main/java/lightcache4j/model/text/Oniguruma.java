package lightcache4j.model.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Regular expressions of tokenizer files, which are Oniguruma's in its Ruby syntax, as Java's.
///
/// With the flags below both languages agree on what such files use: classes by Unicode property,
/// lazy and possessive quantifiers, groups that look ahead or behind. What they read differently is
/// refused.
final class Oniguruma {
    private static final int FLAGS =
            Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

    /// `\h` is a hexadecimal digit there and a space here, `{1,2}+` repeats there and is possessive
    /// here, `(?m)` lets the dot match line ends there; and so on.
    private static final Pattern READ_DIFFERENTLY =
            Pattern.compile(
                    "\\\\[hHGKOQERXyYgkZ]|\\\\p\\{\\^|\\[\\[:|\\{\\d*,?\\d*\\}\\+|\\(\\?(?![i:=!>]|<[=!])|\\(\\?i[^:)]");

    private Oniguruma() {}

    /// @throws MalformedTokenizer if it is no expression, or one that Java reads differently
    static Pattern pattern(String regex) {
        Matcher different = READ_DIFFERENTLY.matcher(regex.replace("\\\\", ""));
        if (different.find()) {
            throw new MalformedTokenizer(
                    "tokenizer: the expression %s has %s, wanted one without; it is not built here"
                            .formatted(regex, different.group()));
        }
        try {
            return Pattern.compile(regex, FLAGS);
        } catch (PatternSyntaxException e) {
            throw new MalformedTokenizer(
                    "tokenizer: the expression %s is malformed, %s; wanted a regular expression"
                            .formatted(regex, e.getDescription()),
                    e);
        }
    }
}
