package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Function.Given;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What stands behind `|`.
@FunctionalInterface
interface Filter {
    /// Filters by name.
    Map<String, Filter> BUILT = built();

    Object apply(Object value, Given given, Evaluator evaluator);

    static @Nullable Filter named(String name) {
        return BUILT.get(name);
    }

    private static Map<String, Filter> built() {
        Map<String, Filter> filters = new HashMap<>();
        texts(filters);
        lists(filters);
        filters.put("default", Filter::orElse);
        filters.put("d", Filter::orElse);
        filters.put("string", (v, _, e) -> e.values().printed(v));
        filters.put("safe", (v, _, e) -> e.values().printed(v));
        filters.put("int", (v, g, e) -> integer(v, g.at(0, "default", 0L), e));
        filters.put("float", (v, g, e) -> real(v, g.at(0, "default", 0.0), e));
        filters.put(
                "abs",
                (v, _, e) ->
                        e.values().compared("<", v, 0L) ? e.values().arithmetic("-", 0L, v) : v);
        filters.put(
                "tojson",
                (v, g, e) ->
                        new Json(e.budget(), Math.clamp(g.integer(1, "indent", -1), -1, 16))
                                .write(v));
        return Map.copyOf(filters);
    }

    private static void texts(Map<String, Filter> filters) {
        filters.put("trim", (v, g, e) -> Method.stripped(e.values().printed(v), g, e, true, true));
        filters.put("upper", (v, _, e) -> charged(v, e).toUpperCase(Locale.ROOT));
        filters.put("lower", (v, _, e) -> charged(v, e).toLowerCase(Locale.ROOT));
        filters.put("title", (v, _, e) -> Method.title(charged(v, e)));
        filters.put("capitalize", (v, _, e) -> Method.capitalized(charged(v, e)));
        filters.put(
                "replace",
                (v, g, e) ->
                        Method.replaced(
                                charged(v, e),
                                g.text(0, "old"),
                                g.text(1, "new"),
                                g.integer(2, "count", -1),
                                e));
        filters.put("indent", Filter::indented);
    }

    private static void lists(Map<String, Filter> filters) {
        filters.put("length", (v, _, e) -> e.values().length(v));
        filters.put("count", (v, _, e) -> e.values().length(v));
        filters.put("first", (v, _, e) -> end(e.values().items(v), true));
        filters.put("last", (v, _, e) -> end(e.values().items(v), false));
        filters.put("list", (v, _, e) -> new ArrayList<Object>(e.values().items(v)));
        filters.put("join", Filter::joined);
        filters.put("reverse", Filter::reversed);
        filters.put("unique", Filter::unique);
        filters.put("items", Filter::entries);
        filters.put("map", Filter::mapped);
        filters.put("select", (v, g, e) -> selected(v, g, e, false, true));
        filters.put("reject", (v, g, e) -> selected(v, g, e, false, false));
        filters.put("selectattr", (v, g, e) -> selected(v, g, e, true, true));
        filters.put("rejectattr", (v, g, e) -> selected(v, g, e, true, false));
    }

    private static String charged(Object value, Evaluator e) {
        String text = e.values().printed(value);
        e.budget().spend(text.length());
        return text;
    }

    private static Object orElse(Object value, Given given, Evaluator e) {
        boolean alsoFalse = e.values().truth(given.at(1, "boolean", false));
        boolean absent = alsoFalse ? !e.values().truth(value) : value == Special.UNDEFINED;
        return absent ? given.at(0, "default_value", "") : value;
    }

    private static Object integer(Object value, Object absent, Evaluator e) {
        return switch (value) {
            case Boolean b -> b ? 1L : 0L;
            case Long n -> n;
            case Double d when Math.abs(d) < 0x1p63 -> (long) d.doubleValue();
            default -> {
                String text = e.values().printed(value).strip();
                yield text.matches("[+-]?\\d{1,18}") ? Long.valueOf(text) : absent;
            }
        };
    }

    private static Object real(Object value, Object absent, Evaluator e) {
        if (value instanceof Long || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        String text = e.values().printed(value).strip();
        return text.matches("[+-]?\\d{1,300}(\\.\\d{0,300})?([eE][+-]?\\d{1,3})?")
                ? Double.valueOf(text)
                : absent;
    }

    private static Object end(List<?> items, boolean first) {
        if (items.isEmpty()) {
            return Special.UNDEFINED;
        }
        return Objects.requireNonNull(first ? items.getFirst() : items.getLast());
    }

    private static Object joined(Object value, Given given, Evaluator e) {
        List<?> items = e.values().items(value);
        Object attribute = given.at(1, "attribute", Special.NONE);
        if (attribute instanceof String name) {
            items = items.stream().map(i -> e.attribute(Objects.requireNonNull(i), name)).toList();
        }
        return e.values().joined(items, given.text(0, "d", ""));
    }

    private static Object reversed(Object value, Given given, Evaluator e) {
        List<?> items = e.values().items(value).reversed();
        return value instanceof String ? e.values().joined(items, "") : new ArrayList<>(items);
    }

    private static Object unique(Object value, Given given, Evaluator e) {
        List<Object> kept = new ArrayList<>();
        for (Object item : e.values().items(value)) {
            if (!e.values().contains(kept, Objects.requireNonNull(item))) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static Object entries(Object value, Given given, Evaluator e) {
        if (value instanceof Map<?, ?> map) {
            return Method.entries(map, e.budget());
        }
        if (value == Special.UNDEFINED) {
            return List.of();
        }
        throw new TemplateError(
                "chat template: asks %s for its items, wanted a mapping"
                        .formatted(e.values().kind(value)));
    }

    private static Object mapped(Object value, Given given, Evaluator e) {
        List<Object> results = new ArrayList<>();
        Object attribute = given.at(Integer.MAX_VALUE, "attribute", Special.NONE);
        Filter filter = null;
        if (attribute == Special.NONE) {
            String name = given.text(0, "filter");
            filter = BUILT.get(name);
            if (filter == null) {
                throw new TemplateError(
                        "chat template: maps by the filter %s, wanted one that is built here"
                                .formatted(name));
            }
        }
        for (Object item : e.values().items(value)) {
            Object each = Objects.requireNonNull(item);
            Object result =
                    filter != null
                            ? filter.apply(each, given.rest(), e)
                            : e.attribute(each, e.values().text(attribute));
            boolean absent = result == Special.UNDEFINED;
            results.add(absent ? given.named().getOrDefault("default", result) : result);
        }
        return results;
    }

    private static Object selected(
            Object value, Given given, Evaluator e, boolean byAttribute, boolean wanted) {
        String attribute = byAttribute ? given.text(0, "attribute") : "";
        Given rest = byAttribute ? given.rest() : given;
        Test test = (v, _, _) -> e.values().truth(v);
        if (!rest.positional().isEmpty()) {
            String name = rest.text(0, "test");
            Test named = Test.named(name);
            if (named == null) {
                throw new TemplateError(
                        "chat template: selects by the test %s, wanted one that is built here"
                                .formatted(name));
            }
            test = named;
            rest = rest.rest();
        }
        List<Object> kept = new ArrayList<>();
        for (Object item : e.values().items(value)) {
            Object each = Objects.requireNonNull(item);
            Object subject = byAttribute ? e.attribute(each, attribute) : each;
            if (test.holds(subject, rest, e) == wanted) {
                kept.add(each);
            }
        }
        return kept;
    }

    private static Object indented(Object value, Given given, Evaluator e) {
        String margin = " ".repeat(Math.clamp(given.integer(0, "width", 4), 0, 1000));
        boolean first = e.values().truth(given.at(1, "first", false));
        boolean blank = e.values().truth(given.at(2, "blank", false));
        Budget.Text out = e.budget().text();
        String[] lines = charged(value, e).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean moved = i == 0 ? first : blank || !lines[i].isEmpty();
            out.append(i == 0 ? "" : "\n").append(moved ? margin : "").append(lines[i]);
        }
        return out.toString();
    }
}
