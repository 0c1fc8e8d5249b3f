package lightcache4j.model.text.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes a value as Python's `repr` does.
final class Representation {
    private static final int DEEPEST = 50;

    private final Values values;
    private final Budget.Text out;

    Representation(Values values, Budget budget) {
        this.values = values;
        this.out = budget.text();
    }

    String of(Object value) {
        represent(value, 0);
        return out.toString();
    }

    private void represent(Object value, int depth) {
        if (depth > DEEPEST) {
            throw new TemplateError(
                    "chat template: prints a value nested more than %d deep, wanted less"
                            .formatted(DEEPEST));
        }
        switch (value) {
            case String s -> out.append(quoted(s));
            case Boolean b -> out.append(b ? "True" : "False");
            case Double d -> out.append(decimal(d));
            case Tuple tuple -> {
                out.append("(");
                represent(tuple, depth, tuple.size() == 1 ? "," : "");
                out.append(")");
            }
            case List<?> list -> {
                out.append("[");
                represent(list, depth, "");
                out.append("]");
            }
            case Map<?, ?> map -> {
                out.append("{");
                String between = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(between);
                    represent(Objects.requireNonNull(entry.getKey()), depth + 1);
                    out.append(": ");
                    represent(Objects.requireNonNull(entry.getValue()), depth + 1);
                    between = ", ";
                }
                out.append("}");
            }
            case Special.NONE -> out.append("None");
            case Special.UNDEFINED -> out.append("Undefined");
            case Long n -> out.append(Long.toString(n));
            default ->
                    throw new TemplateError(
                            "chat template: prints %s, wanted data".formatted(values.kind(value)));
        }
    }

    private void represent(List<?> items, int depth, String end) {
        String between = "";
        for (Object item : items) {
            out.append(between);
            represent(Objects.requireNonNull(item), depth + 1);
            between = ", ";
        }
        out.append(end);
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '\n' -> quoted.append("\\n");
                                case '\r' -> quoted.append("\\r");
                                case '\t' -> quoted.append("\\t");
                                case '\\' -> quoted.append("\\\\");
                                default -> {
                                    if (c == quote) {
                                        quoted.append('\\');
                                    }
                                    quoted.appendCodePoint(c);
                                }
                            }
                        });
        return quoted.append(quote).toString();
    }

    /// The shortest digits that mean the same number, as Python writes them.
    static String decimal(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (value == 0 || (exponent >= -4 && exponent < 16)) {
            String plain = digits.toPlainString();
            String sign = value == 0 && 1 / value < 0 ? "-" : "";
            return sign + (plain.contains(".") ? plain : plain + ".0");
        }
        String mantissa = digits.movePointLeft(exponent).toPlainString();
        return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
