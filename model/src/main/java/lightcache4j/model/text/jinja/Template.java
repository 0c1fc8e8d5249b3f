package lightcache4j.model.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A chat template, read once and rendered as often as wanted.
public final class Template {
    private static final int LONGEST = 1 << 20;

    private final List<Node> body;

    private Template(List<Node> body) {
        this.body = body;
    }

    /// @param where what messages call it
    /// @throws TemplateError if it is malformed or has something not built here
    public static Template parse(String where, String source) {
        if (source.length() > LONGEST) {
            throw new TemplateError(
                    "%s: has %d characters, wanted at most %d; is this a chat template?"
                            .formatted(where, source.length(), LONGEST));
        }
        List<Token> tokens = new Lexer(where, source).tokens();
        return new Template(new Parser(new Tokens(where, tokens)).template());
    }

    /// The text for these variables: maps, lists, strings, numbers, booleans, null and [Special].
    /// They are not changed.
    ///
    /// @throws TemplateError if the template raises one, uses a value in a way that it does not
    ///   allow, or goes beyond its budget
    public String render(Map<String, ?> variables) {
        Budget budget = new Budget();
        Map<String, Object> plain = new HashMap<>();
        variables.forEach((name, value) -> plain.put(name, plain(value)));
        return new Renderer(budget).render(body, Scope.top(plain));
    }

    /// A value in the types that templates compute with.
    private static Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> Special.NONE;
            case Integer n -> n.longValue();
            case Float d -> d.doubleValue();
            case List<?> list -> {
                List<Object> plain = new ArrayList<>();
                list.forEach(item -> plain.add(plain(item)));
                yield plain;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> plain = new LinkedHashMap<>();
                map.forEach((key, item) -> plain.put(plain(key), plain(item)));
                yield plain;
            }
            default -> value;
        };
    }
}
