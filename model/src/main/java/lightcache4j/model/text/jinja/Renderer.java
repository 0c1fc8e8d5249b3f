package lightcache4j.model.text.jinja;

import lightcache4j.model.text.jinja.Function.Given;
import lightcache4j.model.text.jinja.Node.Flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes a template's text.
final class Renderer {
    private static final int DEEPEST = 200;

    private final Budget budget;
    private final Evaluator evaluator;
    private int depth;

    Renderer(Budget budget) {
        this.budget = budget;
        this.evaluator = new Evaluator(budget);
    }

    String render(List<Node> body, Scope scope) {
        Budget.Text out = budget.text();
        run(body, scope, out);
        return out.toString();
    }

    private Flow run(List<Node> body, Scope scope, Budget.Text out) {
        if (++depth > DEEPEST) {
            throw new TemplateError(
                    "chat template: blocks and macros are nested %d deep, wanted at most %d"
                            .formatted(depth, DEEPEST));
        }
        Flow flow = Flow.NEXT;
        for (int i = 0; i < body.size() && flow == Flow.NEXT; i++) {
            flow = run(body.get(i), scope, out);
        }
        depth--;
        return flow;
    }

    private Flow run(Node node, Scope scope, Budget.Text out) {
        switch (node) {
            case Node.Text(String text) -> out.append(text);
            case Node.Print(Expression value) ->
                    out.append(evaluator.values().printed(evaluator.evaluate(value, scope)));
            case Node.If(var branches, var otherwise) -> {
                return run(chosen(branches, otherwise, scope), scope, out);
            }
            case Node.For loop -> {
                return loop(loop, scope, out);
            }
            case Node.Assign(List<String> names, Expression value) ->
                    assign(names, evaluator.evaluate(value, scope), scope);
            case Node.AssignAttribute(String name, String attribute, Expression value) ->
                    assign(scope.get(name), name, attribute, evaluator.evaluate(value, scope));
            case Node.Capture(String name, List<Node> body) ->
                    scope.set(name, render(body, scope.inner()));
            case Node.Macro macro -> scope.set(macro.name(), function(macro, scope));
            case Node.Group(List<Node> body) -> {
                return run(body, scope, out);
            }
            case Node.Jump(Flow flow) -> {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private List<Node> chosen(List<Node.Branch> branches, List<Node> otherwise, Scope scope) {
        for (Node.Branch branch : branches) {
            if (evaluator.holds(branch.condition(), scope)) {
                return branch.body();
            }
        }
        return otherwise;
    }

    private Flow loop(Node.For loop, Scope scope, Budget.Text out) {
        List<?> items = counted(loop, scope);
        if (items.isEmpty()) {
            return run(loop.otherwise(), scope, out);
        }
        for (int i = 0; i < items.size(); i++) {
            budget.spend(1);
            Scope inner = scope.inner();
            inner.set("loop", position(items, i));
            assign(loop.names(), items.get(i), inner);
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        return Flow.NEXT;
    }

    /// The items of a loop that its filter lets through.
    private List<?> counted(Node.For loop, Scope scope) {
        List<?> items = evaluator.values().items(evaluator.evaluate(loop.items(), scope));
        Expression filter = loop.filter();
        if (filter == null) {
            return items;
        }
        List<Object> counted = new ArrayList<>();
        for (Object item : items) {
            Scope tried = scope.inner();
            assign(loop.names(), item, tried);
            if (evaluator.holds(filter, tried)) {
                counted.add(item);
            }
        }
        return counted;
    }

    /// What a loop's body knows of where it is.
    private static Map<String, Object> position(List<?> items, int i) {
        int last = items.size() - 1;
        return Map.of(
                "index",
                i + 1L,
                "index0",
                (long) i,
                "revindex",
                last - i + 1L,
                "revindex0",
                (long) last - i,
                "first",
                i == 0,
                "last",
                i == last,
                "length",
                (long) items.size(),
                "previtem",
                i == 0 ? Special.UNDEFINED : items.get(i - 1),
                "nextitem",
                i == last ? Special.UNDEFINED : items.get(i + 1));
    }

    private void assign(List<String> names, Object value, Scope scope) {
        if (names.size() == 1) {
            scope.set(names.getFirst(), value);
            return;
        }
        List<?> parts = evaluator.values().items(value);
        if (parts.size() != names.size()) {
            throw new TemplateError(
                    "chat template: %d values are set to %d names, wanted as many"
                            .formatted(parts.size(), names.size()));
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }

    private static void assign(Object target, String name, String attribute, Object value) {
        if (!(target instanceof Function.Namespace namespace)) {
            throw new TemplateError(
                    "chat template: sets %s.%s, wanted %s to be a namespace"
                            .formatted(name, attribute, name));
        }
        namespace.values().put(attribute, value);
    }

    private Function function(Node.Macro macro, Scope defined) {
        return (given, _) -> {
            Scope scope = defined.inner();
            Map<String, Object> named = new HashMap<>(given.named());
            for (int i = 0; i < macro.parameters().size(); i++) {
                Node.Parameter parameter = macro.parameters().get(i);
                Object absent =
                        parameter.absent() == null
                                ? Special.UNDEFINED
                                : evaluator.evaluate(parameter.absent(), scope);
                scope.set(parameter.name(), given.at(i, parameter.name(), absent));
                named.remove(parameter.name());
            }
            if (given.positional().size() > macro.parameters().size() || !named.isEmpty()) {
                throw tooMany(macro, given);
            }
            return render(macro.body(), scope);
        };
    }

    private static TemplateError tooMany(Node.Macro macro, Given given) {
        return new TemplateError(
                "chat template: macro %s is given %d values, wanted no others than its %d parameters"
                        .formatted(
                                macro.name(),
                                given.positional().size() + given.named().size(),
                                macro.parameters().size()));
    }
}
