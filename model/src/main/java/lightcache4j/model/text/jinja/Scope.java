package lightcache4j.model.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// Variables by name; what an inner scope sets is gone with it.
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Object> values = new HashMap<>();

    private Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    /// The scope of a template, with the functions that every template has.
    static Scope top(Map<String, ?> variables) {
        Scope scope = new Scope(null);
        scope.values.putAll(Function.GLOBALS);
        scope.values.putAll(variables);
        return scope;
    }

    Scope inner() {
        return new Scope(this);
    }

    void set(String name, Object value) {
        values.put(name, value);
    }

    Object get(String name) {
        Object value = values.get(name);
        if (value != null) {
            return value;
        }
        return outer == null ? Special.UNDEFINED : outer.get(name);
    }
}
