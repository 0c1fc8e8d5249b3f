package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Token.Kind;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Reads what an expression is made of: names, literals, lists, mappings, brackets.
final class LiteralParser {
    private final Tokens tokens;
    private final ExpressionParser expressions;

    LiteralParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.sees(Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Constant(text.toString());
            }
            case INTEGER -> new Expression.Constant(integer(token.text()));
            case FLOAT -> new Expression.Constant(Double.valueOf(token.text()));
            case NAME -> name(token.text());
            case OPERATOR ->
                    switch (token.text()) {
                        case "(" -> bracketed();
                        case "[" -> new Expression.ListOf(items("]"));
                        case "{" -> new Expression.MapOf(entries());
                        default -> throw tokens.wrong("a value before it");
                    };
            default -> throw tokens.wrong("a value before it");
        };
    }

    private Object integer(String digits) {
        BigInteger value = new BigInteger(digits);
        if (value.bitLength() >= Long.SIZE) {
            throw tokens.wrong("integers of at most 63 bits");
        }
        return value.longValue();
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Constant(true);
            case "false", "False" -> new Expression.Constant(false);
            case "none", "None" -> new Expression.Constant(Special.NONE);
            default -> new Expression.Name(name);
        };
    }

    private Expression bracketed() {
        if (tokens.takes(")")) {
            return new Expression.TupleOf(List.of());
        }
        Expression value = expressions.tuple();
        tokens.require(")");
        return value;
    }

    private List<Expression> items(String end) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.takes(end)) {
            if (!items.isEmpty()) {
                tokens.require(",");
                if (tokens.takes(end)) {
                    break;
                }
            }
            items.add(expressions.expression());
        }
        return items;
    }

    private List<Expression.Entry> entries() {
        List<Expression.Entry> entries = new ArrayList<>();
        while (!tokens.takes("}")) {
            if (!entries.isEmpty()) {
                tokens.require(",");
                if (tokens.takes("}")) {
                    break;
                }
            }
            Expression key = expressions.expression();
            tokens.require(":");
            entries.add(new Expression.Entry(key, expressions.expression()));
        }
        return entries;
    }
}
