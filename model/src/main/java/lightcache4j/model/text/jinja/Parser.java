package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Token.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads tags.
final class Parser {
    private final Tokens tokens;
    private final ExpressionParser expressions;

    Parser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    List<Node> template() {
        List<Node> body = body(Set.of());
        if (!tokens.sees(Kind.END)) {
            throw tokens.wrong("the end");
        }
        return body;
    }

    /// Nodes up to a tag of one of these names, of which `{% name` is read.
    private List<Node> body(Set<String> ends) {
        tokens.enter();
        List<Node> body = new ArrayList<>();
        while (!tokens.sees(Kind.END)) {
            if (tokens.sees(Kind.DATA)) {
                body.add(new Node.Text(tokens.next().text()));
            } else if (tokens.sees(Kind.PRINT_BEGIN)) {
                tokens.next();
                body.add(new Node.Print(expressions.tuple()));
                tokens.require(Kind.PRINT_END);
            } else {
                tokens.next();
                if (ends.contains(tokens.peek().text())) {
                    tokens.leave();
                    return List.copyOf(body);
                }
                body.add(tag());
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.wrong("{% " + String.join(" or ", ends.stream().sorted().toList()));
        }
        tokens.leave();
        return List.copyOf(body);
    }

    private List<Node> bodyUntil(String end) {
        List<Node> body = body(Set.of(end));
        tokens.requireName(end);
        tokens.require(Kind.TAG_END);
        return body;
    }

    private Node tag() {
        String name = tokens.require(Kind.NAME);
        return switch (name) {
            case "if" -> conditional();
            case "for" -> loop();
            case "set" -> assignment();
            case "macro" -> macro();
            case "generation" -> {
                tokens.require(Kind.TAG_END);
                yield new Node.Group(bodyUntil("endgeneration"));
            }
            case "break" -> jump(Node.Flow.BREAK);
            case "continue" -> jump(Node.Flow.CONTINUE);
            default -> throw tokens.unsupported("tag", name);
        };
    }

    private Node jump(Node.Flow flow) {
        tokens.require(Kind.TAG_END);
        return new Node.Jump(flow);
    }

    private Node conditional() {
        List<Node.Branch> branches = new ArrayList<>();
        do {
            Expression condition = expressions.tuple();
            tokens.require(Kind.TAG_END);
            branches.add(new Node.Branch(condition, body(Set.of("elif", "else", "endif"))));
        } while (tokens.takesName("elif"));
        List<Node> otherwise = List.of();
        if (tokens.takesName("else")) {
            tokens.require(Kind.TAG_END);
            otherwise = body(Set.of("endif"));
        }
        tokens.requireName("endif");
        tokens.require(Kind.TAG_END);
        return new Node.If(branches, otherwise);
    }

    private Node loop() {
        List<String> names = names();
        tokens.requireName("in");
        Expression items = expressions.withoutCondition();
        Expression filter = tokens.takesName("if") ? expressions.expression() : null;
        if (tokens.seesName("recursive")) {
            throw tokens.unsupported("tag", "for … recursive");
        }
        tokens.require(Kind.TAG_END);
        List<Node> body = body(Set.of("else", "endfor"));
        List<Node> otherwise = List.of();
        if (tokens.takesName("else")) {
            tokens.require(Kind.TAG_END);
            otherwise = body(Set.of("endfor"));
        }
        tokens.requireName("endfor");
        tokens.require(Kind.TAG_END);
        return new Node.For(names, items, filter, body, otherwise);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        boolean bracketed = tokens.takes("(");
        do {
            names.add(tokens.require(Kind.NAME));
        } while (tokens.takes(","));
        if (bracketed) {
            tokens.require(")");
        }
        return names;
    }

    private Node assignment() {
        List<String> names = names();
        String attribute = null;
        if (names.size() == 1 && tokens.takes(".")) {
            attribute = tokens.require(Kind.NAME);
        }
        if (tokens.takes("=")) {
            Expression value = expressions.tuple();
            tokens.require(Kind.TAG_END);
            return attribute == null
                    ? new Node.Assign(names, value)
                    : new Node.AssignAttribute(names.getFirst(), attribute, value);
        }
        if (names.size() > 1 || attribute != null || !tokens.sees(Kind.TAG_END)) {
            throw tokens.wrong("=");
        }
        tokens.require(Kind.TAG_END);
        return new Node.Capture(names.getFirst(), bodyUntil("endset"));
    }

    private Node macro() {
        String name = tokens.require(Kind.NAME);
        List<Node.Parameter> parameters = new ArrayList<>();
        tokens.require("(");
        while (!tokens.takes(")")) {
            if (!parameters.isEmpty()) {
                tokens.require(",");
            }
            String parameter = tokens.require(Kind.NAME);
            @Nullable Expression absent = tokens.takes("=") ? expressions.expression() : null;
            parameters.add(new Node.Parameter(parameter, absent));
        }
        tokens.require(Kind.TAG_END);
        return new Node.Macro(name, parameters, bodyUntil("endmacro"));
    }
}
