package lightcache4j.model.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What stands between `{{` and `}}` or in a tag.
sealed interface Expression {

    record Constant(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record TupleOf(List<Expression> items) implements Expression {}

    record MapOf(List<Entry> entries) implements Expression {}

    record Entry(Expression key, Expression value) {}

    /// `value.name`: a method or loop variable first, then an entry.
    record Attribute(Expression value, String name) implements Expression {}

    /// `value[index]`.
    record Item(Expression value, Expression index) implements Expression {}

    /// `value[start:stop:step]`.
    record Slice(
            Expression value,
            @Nullable Expression start,
            @Nullable Expression stop,
            @Nullable Expression step)
            implements Expression {}

    /// `callee(arguments)`.
    record Call(Expression callee, Arguments arguments) implements Expression {}

    /// `value | filter(arguments)`.
    record Filtered(Expression value, Filter filter, Arguments arguments) implements Expression {}

    /// `value is test(arguments)`.
    record Tested(Expression value, Test test, Arguments arguments) implements Expression {}

    record Not(Expression value) implements Expression {}

    record Negative(Expression value) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    /// One of `+ - * / // % ** ~`.
    record Arithmetic(String operator, Expression left, Expression right) implements Expression {}

    /// `first op operand op operand …`, which holds if every neighbouring pair does.
    record Comparison(Expression first, List<Operand> operands) implements Expression {}

    record Operand(String operator, Expression value) {}

    /// `value if condition else otherwise`.
    record Conditional(Expression condition, Expression value, @Nullable Expression otherwise)
            implements Expression {}

    /// What a call is given.
    record Arguments(List<Expression> positional, List<Named> named) {
        static final Arguments NONE = new Arguments(List.of(), List.of());
    }

    record Named(String name, Expression value) {}
}
