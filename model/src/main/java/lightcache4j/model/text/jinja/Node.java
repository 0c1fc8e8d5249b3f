package lightcache4j.model.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A piece of a template that writes text or changes variables.
sealed interface Node {

    record Text(String text) implements Node {}

    record Print(Expression value) implements Node {}

    /// The first branch whose condition holds.
    record If(List<Branch> branches, List<Node> otherwise) implements Node {}

    record Branch(Expression condition, List<Node> body) {}

    /// @param filter which items count; null for all
    /// @param otherwise what is written if none does
    record For(
            List<String> names,
            Expression items,
            @Nullable Expression filter,
            List<Node> body,
            List<Node> otherwise)
            implements Node {}

    record Assign(List<String> names, Expression value) implements Node {}

    /// `{% set namespace.attribute = value %}`.
    record AssignAttribute(String namespace, String attribute, Expression value) implements Node {}

    /// `{% set name %}text{% endset %}`.
    record Capture(String name, List<Node> body) implements Node {}

    record Macro(String name, List<Parameter> parameters, List<Node> body) implements Node {}

    record Parameter(String name, @Nullable Expression absent) {}

    /// Nodes that a tag without effect stands around.
    record Group(List<Node> body) implements Node {}

    /// `{% break %}` or `{% continue %}`.
    record Jump(Flow flow) implements Node {}

    /// How a loop goes on.
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }
}
