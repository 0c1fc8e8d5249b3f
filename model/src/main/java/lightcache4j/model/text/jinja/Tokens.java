package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Token.Kind;

import java.util.List;

/// The tokens of a template and how far they are read.
final class Tokens {
    private static final int DEEPEST = 100;

    private final String where;
    private final List<Token> tokens;
    private int at;
    private int depth;

    Tokens(String where, List<Token> tokens) {
        this.where = where;
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    boolean sees(Kind kind) {
        return peek().kind() == kind;
    }

    boolean seesOperator(String text) {
        return peek().is(Kind.OPERATOR, text);
    }

    boolean seesName(String text) {
        return peek().is(Kind.NAME, text);
    }

    /// Whether the token after the next one is this name.
    boolean thenName(String text) {
        return tokens.get(Math.min(at + 1, tokens.size() - 1)).is(Kind.NAME, text);
    }

    /// Reads the operator if it is next.
    boolean takes(String operator) {
        return takes(Kind.OPERATOR, operator);
    }

    /// Reads the name if it is next.
    boolean takesName(String name) {
        return takes(Kind.NAME, name);
    }

    private boolean takes(Kind kind, String text) {
        boolean is = peek().is(kind, text);
        if (is) {
            at++;
        }
        return is;
    }

    void require(String operator) {
        if (!takes(operator)) {
            throw wrong(operator);
        }
    }

    void requireName(String name) {
        if (!takesName(name)) {
            throw wrong(name);
        }
    }

    String require(Kind kind) {
        if (!sees(kind)) {
            throw wrong(kind == Kind.NAME ? "a name" : kind == Kind.TAG_END ? "%}" : "}}");
        }
        return next().text();
    }

    void enter() {
        if (++depth > DEEPEST) {
            throw wrong("at most " + DEEPEST + " levels of nesting");
        }
    }

    void leave() {
        depth--;
    }

    TemplateError wrong(String wanted) {
        Token token = peek();
        String is = token.kind() == Kind.END ? "the end" : "\"" + token.text() + "\"";
        return new TemplateError(
                "%s line %d: there is %s, wanted %s".formatted(where, token.line(), is, wanted));
    }

    TemplateError unsupported(String what, String name) {
        return new TemplateError(
                "%s line %d: uses the %s \"%s\", wanted one that chat templates are known to use; it is not built here"
                        .formatted(where, peek().line(), what, name));
    }
}
