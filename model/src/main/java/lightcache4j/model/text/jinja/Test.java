package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Function.Given;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What stands behind `is`.
@FunctionalInterface
interface Test {
    /// Tests by name.
    Map<String, Test> BUILT = built();

    boolean holds(Object value, Given given, Evaluator evaluator);

    static @Nullable Test named(String name) {
        return BUILT.get(name);
    }

    private static Map<String, Test> built() {
        Map<String, Test> tests = new HashMap<>();
        tests.put("defined", (v, _, _) -> v != Special.UNDEFINED);
        tests.put("undefined", (v, _, _) -> v == Special.UNDEFINED);
        tests.put("none", (v, _, _) -> v == Special.NONE);
        tests.put("string", (v, _, _) -> v instanceof String);
        tests.put("mapping", (v, _, _) -> v instanceof Map<?, ?>);
        tests.put("sequence", (v, _, _) -> isSequence(v));
        tests.put("iterable", (v, _, _) -> isSequence(v) || v == Special.UNDEFINED);
        tests.put(
                "number",
                (v, _, _) -> v instanceof Long || v instanceof Double || v instanceof Boolean);
        tests.put("integer", (v, _, _) -> v instanceof Long);
        tests.put("float", (v, _, _) -> v instanceof Double);
        tests.put("boolean", (v, _, _) -> v instanceof Boolean);
        tests.put("true", (v, _, _) -> v.equals(true));
        tests.put("false", (v, _, _) -> v.equals(false));
        tests.put("callable", (v, _, _) -> v instanceof Function);
        tests.put("lower", (v, _, e) -> text(v, e).equals(text(v, e).toLowerCase(Locale.ROOT)));
        tests.put("upper", (v, _, e) -> text(v, e).equals(text(v, e).toUpperCase(Locale.ROOT)));
        tests.put("odd", (v, _, e) -> remainder(v, 2L, e) == 1);
        tests.put("even", (v, _, e) -> remainder(v, 2L, e) == 0);
        tests.put("divisibleby", (v, g, e) -> remainder(v, g.at(0, "num"), e) == 0);
        compared(tests, "==", "equalto", "eq", "==");
        compared(tests, "!=", "ne", "!=");
        compared(tests, "<", "lt", "lessthan", "<");
        compared(tests, "<=", "le", "<=");
        compared(tests, ">", "gt", "greaterthan", ">");
        compared(tests, ">=", "ge", ">=");
        compared(tests, "in", "in");
        return Map.copyOf(tests);
    }

    private static void compared(Map<String, Test> tests, String operator, String... names) {
        for (String name : names) {
            tests.put(name, (v, g, e) -> e.values().compared(operator, v, g.at(0, "other")));
        }
    }

    private static boolean isSequence(Object value) {
        return value instanceof String || value instanceof List<?> || value instanceof Map<?, ?>;
    }

    private static String text(Object value, Evaluator e) {
        String text = e.values().text(value);
        e.budget().spend(text.length());
        return text;
    }

    private static long remainder(Object value, Object divisor, Evaluator e) {
        return e.values().arithmetic("%", value, divisor) instanceof Long rest ? rest : -1;
    }
}
