package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Expression.Arguments;
import lightcache4j.model.text.jinja.Token.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Reads expressions, by precedence from the loosest to the tightest.
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    /// Words that end an expression, so that they are no argument of a test.
    private static final Set<String> WORDS = Set.of("and", "or", "else", "is", "if", "not", "in");

    private final Tokens tokens;
    private final LiteralParser literals;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
        this.literals = new LiteralParser(tokens, this);
    }

    /// An expression, or several with commas between, which are a tuple.
    Expression tuple() {
        Expression first = expression();
        if (!tokens.seesOperator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.takes(",") && !atEnd()) {
            items.add(expression());
        }
        return new Expression.TupleOf(items);
    }

    private boolean atEnd() {
        return tokens.sees(Kind.TAG_END) || tokens.sees(Kind.PRINT_END) || tokens.seesOperator(")");
    }

    Expression expression() {
        tokens.enter();
        Expression value = withoutCondition();
        while (tokens.takesName("if")) {
            Expression condition = withoutCondition();
            Expression otherwise = tokens.takesName("else") ? expression() : null;
            value = new Expression.Conditional(condition, value, otherwise);
        }
        tokens.leave();
        return value;
    }

    Expression withoutCondition() {
        Expression left = and();
        while (tokens.takesName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.takesName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.seesName("not")) {
            return comparison();
        }
        tokens.enter();
        tokens.next();
        Expression value = new Expression.Not(not());
        tokens.leave();
        return value;
    }

    private Expression comparison() {
        Expression first = sum();
        List<Expression.Operand> operands = new ArrayList<>();
        for (String operator = compares(); operator != null; operator = compares()) {
            operands.add(new Expression.Operand(operator, sum()));
        }
        return operands.isEmpty() ? first : new Expression.Comparison(first, operands);
    }

    private @Nullable String compares() {
        Token token = tokens.peek();
        if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return tokens.next().text();
        }
        if (tokens.takesName("in")) {
            return "in";
        }
        if (tokens.seesName("not") && tokens.thenName("in")) {
            tokens.next();
            tokens.next();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        return chain(Set.of("+", "-"), () -> chain(Set.of("~"), this::product));
    }

    private Expression product() {
        return chain(Set.of("*", "/", "//", "%"), () -> chain(Set.of("**"), () -> unary(true)));
    }

    private Expression chain(Set<String> operators, Supplier<Expression> operand) {
        Expression left = operand.get();
        while (tokens.sees(Kind.OPERATOR) && operators.contains(tokens.peek().text())) {
            String operator = tokens.next().text();
            left = new Expression.Arithmetic(operator, left, operand.get());
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        tokens.enter();
        Expression value;
        if (tokens.takes("-")) {
            value = new Expression.Negative(unary(false));
        } else if (tokens.takes("+")) {
            value = unary(false);
        } else {
            value = postfix(literals.primary());
        }
        tokens.leave();
        return filtered ? filters(value) : value;
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.takes(".")) {
                value =
                        tokens.sees(Kind.INTEGER)
                                ? new Expression.Item(value, literals.primary())
                                : new Expression.Attribute(value, tokens.require(Kind.NAME));
            } else if (tokens.takes("[")) {
                value = subscript(value);
            } else if (tokens.takes("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression value) {
        Expression start = tokens.seesOperator(":") ? null : expression();
        if (start != null && tokens.takes("]")) {
            return new Expression.Item(value, start);
        }
        tokens.require(":");
        Expression stop = bound();
        Expression step = tokens.takes(":") ? bound() : null;
        tokens.require("]");
        return new Expression.Slice(value, start, stop, step);
    }

    private @Nullable Expression bound() {
        return tokens.seesOperator(":") || tokens.seesOperator("]") ? null : expression();
    }

    /// Arguments after their opening bracket.
    private Arguments arguments() {
        List<Expression> positional = new ArrayList<>();
        List<Expression.Named> named = new ArrayList<>();
        while (!tokens.takes(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                tokens.require(",");
                if (tokens.takes(")")) {
                    break;
                }
            }
            Expression value = expression();
            if (value instanceof Expression.Name(String name) && tokens.takes("=")) {
                named.add(new Expression.Named(name, expression()));
            } else if (named.isEmpty()) {
                positional.add(value);
            } else {
                throw tokens.wrong("arguments with names last");
            }
        }
        return new Arguments(positional, named);
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.takes("|")) {
                String name = tokens.require(Kind.NAME);
                Filter filter = Filter.named(name);
                if (filter == null) {
                    throw tokens.unsupported("filter", name);
                }
                Arguments arguments = tokens.takes("(") ? arguments() : Arguments.NONE;
                value = new Expression.Filtered(value, filter, arguments);
            } else if (tokens.takesName("is")) {
                value = test(value);
            } else if (tokens.takes("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression test(Expression value) {
        boolean negated = tokens.takesName("not");
        String name = tokens.sees(Kind.OPERATOR) ? tokens.next().text() : tokens.require(Kind.NAME);
        Test test = Test.named(name);
        if (test == null) {
            throw tokens.unsupported("test", name);
        }
        Arguments arguments = Arguments.NONE;
        if (tokens.takes("(")) {
            arguments = arguments();
        } else if (startsArgument()) {
            arguments = new Arguments(List.of(postfix(literals.primary())), List.of());
        }
        Expression tested = new Expression.Tested(value, test, arguments);
        return negated ? new Expression.Not(tested) : tested;
    }

    private boolean startsArgument() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME -> !WORDS.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }
}
