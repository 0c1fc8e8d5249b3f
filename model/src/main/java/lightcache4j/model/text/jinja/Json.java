package lightcache4j.model.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes values as Python's `json.dumps` does, without escaping what is not ASCII.
final class Json {
    private static final int DEEPEST = 50;

    private final Budget.Text out;
    private final int indent;

    /// @param indent spaces of a level; negative for everything on one line
    Json(Budget budget, int indent) {
        this.out = budget.text();
        this.indent = indent;
    }

    String write(Object value) {
        write(value, 0);
        return out.toString();
    }

    private void write(Object value, int depth) {
        if (depth > DEEPEST) {
            throw new TemplateError(
                    "chat template: writes a value nested more than %d deep, wanted less"
                            .formatted(DEEPEST));
        }
        switch (value) {
            case String text -> quote(text);
            case Boolean b -> out.append(b.toString());
            case Long n -> out.append(n.toString());
            case Double d -> out.append(Representation.decimal(d));
            case Special.NONE -> out.append("null");
            case List<?> list -> {
                out.append("[");
                for (int i = 0; i < list.size(); i++) {
                    separate(i == 0, depth + 1);
                    write(Objects.requireNonNull(list.get(i)), depth + 1);
                }
                end(list.isEmpty(), depth, "]");
            }
            case Map<?, ?> map -> {
                out.append("{");
                boolean first = true;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    separate(first, depth + 1);
                    quote(String.valueOf(entry.getKey()));
                    out.append(": ");
                    write(Objects.requireNonNull(entry.getValue()), depth + 1);
                    first = false;
                }
                end(map.isEmpty(), depth, "}");
            }
            default ->
                    throw new TemplateError("chat template: writes no data as JSON, wanted data");
        }
    }

    private void separate(boolean first, int depth) {
        if (indent < 0) {
            out.append(first ? "" : ", ");
        } else {
            out.append(first ? "\n" : ",\n").append(" ".repeat(indent * depth));
        }
    }

    private void end(boolean empty, int depth, String bracket) {
        if (indent >= 0 && !empty) {
            out.append("\n").append(" ".repeat(indent * depth));
        }
        out.append(bracket);
    }

    private void quote(String text) {
        out.append("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(
                    switch (c) {
                        case '"' -> "\\\"";
                        case '\\' -> "\\\\";
                        case '\n' -> "\\n";
                        case '\r' -> "\\r";
                        case '\t' -> "\\t";
                        case '\b' -> "\\b";
                        case '\f' -> "\\f";
                        default -> c < ' ' ? "\\u%04x".formatted((int) c) : Character.toString(c);
                    });
        }
        out.append("\"");
    }
}
