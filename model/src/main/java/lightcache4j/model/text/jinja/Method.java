package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Function.Given;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;

/// Methods of Python's strings and mappings that change nothing.
final class Method {
    private Method() {}

    /// The method of a value, or null if it has none of that name here.
    static @Nullable Function bound(Object value, String name) {
        return switch (value) {
            case String text -> ofString(text, name);
            case Map<?, ?> map -> ofMapping(map, name);
            default -> null;
        };
    }

    private static @Nullable Function ofMapping(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (_, e) -> entries(map, e.budget());
            case "keys" -> (_, e) -> e.values().items(map);
            case "values" -> (_, e) -> e.values().items(new ArrayList<Object>(map.values()));
            case "get" ->
                    (given, e) -> {
                        Object found = map.get(e.values().key(given.at(0, "key")));
                        return found != null ? found : given.at(1, "default", Special.NONE);
                    };
            default -> null;
        };
    }

    /// Pairs of key and value.
    static List<Object> entries(Map<?, ?> map, Budget budget) {
        budget.spend(map.size());
        List<Object> pairs = new ArrayList<>();
        map.forEach(
                (key, value) ->
                        pairs.add(
                                new Tuple(
                                        List.of(
                                                Objects.requireNonNull(key),
                                                Objects.requireNonNull(value)))));
        return pairs;
    }

    private static @Nullable Function ofString(String text, String name) {
        return switch (name) {
            case "strip" -> (given, e) -> stripped(text, given, e, true, true);
            case "lstrip" -> (given, e) -> stripped(text, given, e, true, false);
            case "rstrip" -> (given, e) -> stripped(text, given, e, false, true);
            case "upper" -> (_, e) -> written(e, text).toUpperCase(Locale.ROOT);
            case "lower" -> (_, e) -> written(e, text).toLowerCase(Locale.ROOT);
            case "title" -> (_, e) -> title(written(e, text));
            case "capitalize" -> (_, e) -> capitalized(written(e, text));
            case "startswith" -> (given, e) -> anyOf(given, e, text::startsWith);
            case "endswith" -> (given, e) -> anyOf(given, e, text::endsWith);
            case "isdigit" -> (_, e) -> all(written(e, text), Character::isDigit);
            case "isalpha" -> (_, e) -> all(written(e, text), Character::isLetter);
            case "isspace" -> (_, e) -> all(written(e, text), Method::isSpace);
            default -> ofParts(text, name);
        };
    }

    private static @Nullable Function ofParts(String text, String name) {
        return switch (name) {
            case "removeprefix" -> (given, e) -> without(given.text(0, "prefix"), "", text, e);
            case "removesuffix" -> (given, e) -> without("", given.text(0, "suffix"), text, e);
            case "find" -> (given, e) -> found(written(e, text), given.text(0, "sub"));
            case "count" ->
                    (given, e) ->
                            split(written(e, text), wanted(given.text(0, "sub")), -1).size() - 1L;
            case "replace" ->
                    (given, e) -> {
                        long most = given.integer(2, "count", -1);
                        String old = given.text(0, "old");
                        return replaced(written(e, text), old, given.text(1, "new"), most, e);
                    };
            case "split" ->
                    (given, e) -> {
                        long most = given.integer(1, "maxsplit", -1);
                        return given.has(0, "sep")
                                ? split(written(e, text), wanted(given.text(0, "sep")), most)
                                : words(written(e, text), most);
                    };
            case "splitlines" -> (_, e) -> new ArrayList<Object>(written(e, text).lines().toList());
            case "join" ->
                    (given, e) -> {
                        List<?> items = e.values().items(given.at(0, "items"));
                        return e.values().joined(items, text);
                    };
            default -> null;
        };
    }

    private static String without(String prefix, String suffix, String text, Evaluator e) {
        boolean fits = text.startsWith(prefix) && text.endsWith(suffix);
        int end = written(e, text).length() - suffix.length();
        return fits ? text.substring(prefix.length(), end) : text;
    }

    private static long found(String text, String part) {
        int at = text.indexOf(part);
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static String written(Evaluator e, String text) {
        e.budget().spend(text.length());
        return text;
    }

    private static String wanted(String separator) {
        if (separator.isEmpty()) {
            throw new TemplateError("chat template: splits at an empty string, wanted some text");
        }
        return separator;
    }

    private static boolean all(String text, IntPredicate is) {
        return !text.isEmpty() && text.codePoints().allMatch(is);
    }

    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    private static boolean anyOf(
            Given given, Evaluator e, java.util.function.Predicate<String> fits) {
        Object affix = given.at(0, "prefix");
        List<?> affixes = affix instanceof List<?> several ? several : List.of(affix);
        for (Object one : affixes) {
            String text = e.values().text(Objects.requireNonNull(one));
            e.budget().spend(text.length());
            if (fits.test(text)) {
                return true;
            }
        }
        return false;
    }

    static String stripped(String text, Given given, Evaluator e, boolean left, boolean right) {
        String characters = given.text(0, "chars", "");
        written(e, text);
        IntPredicate goes =
                characters.isEmpty() ? Method::isSpace : c -> characters.indexOf(c) >= 0;
        int start = 0;
        int end = text.length();
        while (left && start < end && goes.test(text.codePointAt(start))) {
            start = text.offsetByCodePoints(start, 1);
        }
        while (right && end > start && goes.test(text.codePointBefore(end))) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(start, end);
    }

    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            title.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
        }
        return title.toString();
    }

    static String replaced(String text, String old, String with, long most, Evaluator e) {
        List<Object> parts;
        if (old.isEmpty()) {
            parts = new ArrayList<>(e.values().items(text));
            parts.addFirst("");
            parts.addLast("");
            if (most >= 0 && most < parts.size() - 1) {
                throw new TemplateError(
                        "chat template: replaces an empty string a number of times, wanted some"
                                + " text");
            }
        } else {
            parts = split(text, old, most);
        }
        return e.values().joined(parts, with);
    }

    private static List<Object> split(String text, String separator, long most) {
        List<Object> parts = new ArrayList<>();
        int done = 0;
        for (int at = text.indexOf(separator);
                at >= 0 && (most < 0 || parts.size() < most);
                at = text.indexOf(separator, done)) {
            parts.add(text.substring(done, at));
            done = at + separator.length();
        }
        parts.add(text.substring(done));
        return parts;
    }

    private static List<Object> words(String text, long most) {
        List<Object> words = new ArrayList<>();
        int[] c = text.codePoints().toArray();
        int at = 0;
        while (true) {
            while (at < c.length && isSpace(c[at])) {
                at++;
            }
            if (at == c.length) {
                return Collections.unmodifiableList(words);
            }
            int start = at;
            boolean last = most >= 0 && words.size() == most;
            while (at < c.length && (last || !isSpace(c[at]))) {
                at++;
            }
            words.add(new String(c, start, at - start));
        }
    }
}
