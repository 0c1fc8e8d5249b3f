package lightcache4j.model.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How Python treats values: what is true, equal, printed, added.
final class Values {
    private static final int DEEPEST = 50;

    private final Budget budget;
    private int depth;

    Values(Budget budget) {
        this.budget = budget;
    }

    boolean truth(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long n -> n != 0;
            case Double d -> d != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Special _ -> false;
            default -> true;
        };
    }

    /// What messages call a value.
    String kind(Object value) {
        return switch (value) {
            case Boolean _ -> "a boolean";
            case String _ -> "a string";
            case Long _ -> "an integer";
            case Double _ -> "a number";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a mapping";
            case Special.NONE -> "none";
            case Special.UNDEFINED -> "an undefined value";
            default -> "a function";
        };
    }

    /// What `{{ value }}` writes.
    String printed(Object value) {
        return value == Special.UNDEFINED ? "" : text(value);
    }

    /// Python's `str`.
    String text(Object value) {
        return value instanceof String text ? text : new Representation(this, budget).of(value);
    }

    /// What a loop goes through: characters of a string, keys of a mapping.
    List<?> items(Object value) {
        List<?> items =
                switch (value) {
                    case List<?> list -> list;
                    case String s -> s.codePoints().mapToObj(Character::toString).toList();
                    case Map<?, ?> map -> List.copyOf(map.keySet());
                    case Special.UNDEFINED -> List.of();
                    default ->
                            throw new TemplateError(
                                    "chat template: goes through %s, wanted a list, a mapping or a string"
                                            .formatted(kind(value)));
                };
        budget.spend(items.size());
        return items;
    }

    /// Python's `len`.
    long length(Object value) {
        if (value instanceof String text) {
            budget.spend(text.length());
            return text.codePointCount(0, text.length());
        }
        return value instanceof Map<?, ?> map ? map.size() : items(value).size();
    }

    String joined(List<?> items, String between) {
        Budget.Text out = budget.text();
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : between).append(printed(items.get(i)));
        }
        return out.toString();
    }

    boolean compared(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> equal(left, right);
            case "!=" -> !equal(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> order(left, right) < 0;
            case "<=" -> order(left, right) <= 0;
            case ">" -> order(left, right) > 0;
            default -> order(left, right) >= 0;
        };
    }

    boolean equal(Object left, Object right) {
        budget.spend(1);
        if (left instanceof String a && right instanceof String b) {
            budget.spend(Math.min(a.length(), b.length()));
            return a.equals(b);
        }
        if (left instanceof List<?> || left instanceof Map<?, ?>) {
            return nestedEqual(left, right);
        }
        boolean numbers = isNumber(left) && isNumber(right);
        return numbers ? order(left, right) == 0 : left.equals(right);
    }

    private boolean nestedEqual(Object left, Object right) {
        if (++depth > DEEPEST) {
            throw new TemplateError(
                    "chat template: compares values nested more than %d deep, wanted less"
                            .formatted(DEEPEST));
        }
        boolean same = false;
        if (left instanceof List<?> a && right instanceof List<?> b) {
            same = a.size() == b.size() && a instanceof Tuple == b instanceof Tuple;
            for (int i = 0; same && i < a.size(); i++) {
                same = equal(Objects.requireNonNull(a.get(i)), Objects.requireNonNull(b.get(i)));
            }
        } else if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            same = a.keySet().equals(b.keySet());
            same = same && a.keySet().stream().allMatch(key -> equal(a, b, key));
        }
        depth--;
        return same;
    }

    /// A value that may be the key of a mapping.
    Object key(Object value) {
        if (value instanceof List<?> || value instanceof Map<?, ?>) {
            throw new TemplateError(
                    "chat template: looks %s up in a mapping, wanted a string or a number"
                            .formatted(kind(value)));
        }
        return value;
    }

    private boolean equal(Map<?, ?> a, Map<?, ?> b, Object key) {
        return equal(Objects.requireNonNull(a.get(key)), Objects.requireNonNull(b.get(key)));
    }

    private static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    boolean contains(Object container, Object wanted) {
        if (container instanceof String text) {
            budget.spend(text.length());
            if (wanted instanceof String part) {
                return text.contains(part);
            }
            throw new TemplateError(
                    "chat template: looks for %s in a string, wanted a string"
                            .formatted(kind(wanted)));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(key(wanted));
        }
        for (Object item : items(container)) {
            if (equal(Objects.requireNonNull(item), wanted)) {
                return true;
            }
        }
        return false;
    }

    int order(Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            budget.spend(Math.min(a.length(), b.length()));
            return a.compareTo(b);
        }
        if (isNumber(left) && isNumber(right)) {
            Number a = number(left);
            Number b = number(right);
            return a instanceof Long && b instanceof Long
                    ? Long.compare(a.longValue(), b.longValue())
                    : Double.compare(a.doubleValue(), b.doubleValue());
        }
        throw new TemplateError(
                "chat template: compares %s with %s, wanted two numbers or two strings"
                        .formatted(kind(left), kind(right)));
    }

    private static Number number(Object value) {
        return value instanceof Boolean b ? Long.valueOf(b ? 1 : 0) : (Number) value;
    }

    Object arithmetic(String operator, Object left, Object right) {
        if (operator.equals("~")) {
            return budget.text().append(printed(left)).append(printed(right)).toString();
        }
        if (isNumber(left) && isNumber(right)) {
            return Numbers.compute(operator, number(left), number(right));
        }
        if (operator.equals("+") && left instanceof String a && right instanceof String b) {
            return budget.text().append(a).append(b).toString();
        }
        if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
            budget.spend((long) a.size() + b.size());
            List<Object> both = new ArrayList<>(a);
            both.addAll(b);
            return a instanceof Tuple ? new Tuple(both) : both;
        }
        if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
            Budget.Text out = budget.text();
            for (long i = 0; i < times; i++) {
                budget.spend(1);
                out.append(text);
            }
            return out.toString();
        }
        throw new TemplateError(
                "chat template: computes %s %s %s, wanted two numbers, or strings to join"
                        .formatted(kind(left), operator, kind(right)));
    }
}
