package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Expression.Arguments;
import lightcache4j.model.text.jinja.Function.Given;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the value of expressions.
final class Evaluator {
    private static final int DEEPEST = 400;

    private final Budget budget;
    private final Values values;
    private int depth;

    Evaluator(Budget budget) {
        this.budget = budget;
        this.values = new Values(budget);
    }

    Budget budget() {
        return budget;
    }

    Values values() {
        return values;
    }

    boolean holds(Expression condition, Scope scope) {
        return values.truth(evaluate(condition, scope));
    }

    Object evaluate(Expression expression, Scope scope) {
        budget.spend(1);
        if (++depth > DEEPEST) {
            throw new TemplateError(
                    "chat template: an expression is %d deep, wanted at most %d"
                            .formatted(depth, DEEPEST));
        }
        Object value = dispatch(expression, scope);
        depth--;
        return value;
    }

    private Object dispatch(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Constant(Object value) -> value;
            case Expression.Name(String name) -> scope.get(name);
            case Expression.ListOf(List<Expression> items) -> list(items, scope);
            case Expression.TupleOf(List<Expression> items) -> new Tuple(list(items, scope));
            case Expression.MapOf(List<Expression.Entry> entries) -> map(entries, scope);
            case Expression.Attribute(Expression value, String name) ->
                    attribute(evaluate(value, scope), name);
            case Expression.Item(Expression value, Expression index) ->
                    item(evaluate(value, scope), evaluate(index, scope));
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call(Expression callee, Arguments arguments) ->
                    call(callee, arguments, scope);
            case Expression.Filtered(Expression value, Filter filter, Arguments arguments) ->
                    filter.apply(evaluate(value, scope), given("a filter", arguments, scope), this);
            case Expression.Tested(Expression value, Test test, Arguments arguments) ->
                    test.holds(evaluate(value, scope), given("a test", arguments, scope), this);
            case Expression.Not(Expression value) -> !holds(value, scope);
            case Expression.Negative(Expression value) ->
                    values.arithmetic("-", 0L, evaluate(value, scope));
            case Expression.And(Expression left, Expression right) -> {
                Object value = evaluate(left, scope);
                yield values.truth(value) ? evaluate(right, scope) : value;
            }
            case Expression.Or(Expression left, Expression right) -> {
                Object value = evaluate(left, scope);
                yield values.truth(value) ? value : evaluate(right, scope);
            }
            case Expression.Arithmetic(String operator, Expression left, Expression right) ->
                    values.arithmetic(operator, evaluate(left, scope), evaluate(right, scope));
            case Expression.Comparison comparison -> compared(comparison, scope);
            case Expression.Conditional conditional -> conditional(conditional, scope);
        };
    }

    private List<Object> list(List<Expression> items, Scope scope) {
        List<Object> list = new ArrayList<>();
        for (Expression item : items) {
            list.add(evaluate(item, scope));
        }
        return list;
    }

    private Map<Object, Object> map(List<Expression.Entry> entries, Scope scope) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Expression.Entry entry : entries) {
            map.put(values.key(evaluate(entry.key(), scope)), evaluate(entry.value(), scope));
        }
        return map;
    }

    private boolean compared(Expression.Comparison comparison, Scope scope) {
        Object left = evaluate(comparison.first(), scope);
        for (Expression.Operand operand : comparison.operands()) {
            Object right = evaluate(operand.value(), scope);
            if (!values.compared(operand.operator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object conditional(Expression.Conditional conditional, Scope scope) {
        if (holds(conditional.condition(), scope)) {
            return evaluate(conditional.value(), scope);
        }
        Expression otherwise = conditional.otherwise();
        return otherwise == null ? Special.UNDEFINED : evaluate(otherwise, scope);
    }

    Object attribute(Object value, String name) {
        if (value == Special.UNDEFINED) {
            throw new TemplateError(
                    "chat template: asks an undefined value for \"%s\", wanted a defined one"
                            .formatted(name));
        }
        Function method = Method.bound(value, name);
        if (method != null) {
            return method;
        }
        return entry(value, name);
    }

    private Object entry(Object value, Object key) {
        Map<?, ?> entries =
                switch (value) {
                    case Map<?, ?> map -> map;
                    case Function.Namespace namespace -> namespace.values();
                    default -> Map.of();
                };
        @Nullable Object found = entries.get(values.key(key));
        return found == null ? Special.UNDEFINED : found;
    }

    private Object item(Object value, Object index) {
        if (value instanceof Map<?, ?>) {
            Object found = entry(value, index);
            boolean method = found == Special.UNDEFINED && index instanceof String;
            return method ? attribute(value, (String) index) : found;
        }
        if (index instanceof Long at && (value instanceof List<?> || value instanceof String)) {
            List<?> items = values.items(value);
            long place = at < 0 ? at + items.size() : at;
            return place >= 0 && place < items.size() ? items.get((int) place) : Special.UNDEFINED;
        }
        return attribute(value, values.text(index));
    }

    private Object slice(Expression.Slice slice, Scope scope) {
        Object value = evaluate(slice.value(), scope);
        if (!(value instanceof String) && !(value instanceof List<?>)) {
            throw new TemplateError(
                    "chat template: takes a slice of %s, wanted a string or a list"
                            .formatted(values.kind(value)));
        }
        List<?> items = values.items(value);
        long step = bound(slice.step(), 1, scope);
        if (step == 0) {
            throw new TemplateError("chat template: a slice steps by 0, wanted another step");
        }
        boolean up = step > 0;
        int size = items.size();
        long start = clamped(bound(slice.start(), up ? 0 : size - 1L, scope), size, up);
        long stop =
                slice.stop() == null
                        ? (up ? size : -1)
                        : clamped(bound(slice.stop(), 0, scope), size, up);
        List<Object> taken = new ArrayList<>();
        for (long i = start; up ? i < stop : i > stop; i = Math.addExact(i, step)) {
            taken.add(items.get((int) i));
        }
        budget.spend(taken.size());
        if (value instanceof String) {
            return values.joined(taken, "");
        }
        return value instanceof Tuple ? new Tuple(taken) : taken;
    }

    private long bound(@Nullable Expression bound, long absent, Scope scope) {
        Object value = bound == null ? Special.NONE : evaluate(bound, scope);
        if (value == Special.NONE) {
            return absent;
        }
        if (value instanceof Long whole) {
            return whole;
        }
        throw new TemplateError(
                "chat template: a slice has the bound %s, wanted an integer"
                        .formatted(values.kind(value)));
    }

    private static long clamped(long index, int size, boolean up) {
        long place = index < 0 ? index + size : index;
        return up ? Math.clamp(place, 0, size) : Math.clamp(place, -1, size - 1);
    }

    private Object call(Expression callee, Arguments arguments, Scope scope) {
        String name =
                switch (callee) {
                    case Expression.Name(String own) -> own;
                    case Expression.Attribute(_, String own) -> own;
                    default -> "a value";
                };
        if (evaluate(callee, scope) instanceof Function function) {
            return function.call(given(name, arguments, scope), this);
        }
        throw new TemplateError(
                "chat template: calls %s, wanted a function or a method that is built here"
                        .formatted(name));
    }

    private Given given(String callee, Arguments arguments, Scope scope) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Expression.Named argument : arguments.named()) {
            named.put(argument.name(), evaluate(argument.value(), scope));
        }
        return new Given(callee, list(arguments.positional(), scope), named);
    }
}
