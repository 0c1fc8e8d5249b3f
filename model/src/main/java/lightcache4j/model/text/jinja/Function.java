package lightcache4j.model.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a template can call: a global function, a method bound to its value, or a macro.
@FunctionalInterface
interface Function {
    /// Functions that every template has.
    Map<String, Function> GLOBALS =
            Map.of(
                    "range", Function::range,
                    "namespace", (given, _) -> new Namespace(given.entries()),
                    "dict", (given, _) -> given.entries(),
                    "raise_exception",
                            (given, evaluator) -> {
                                throw new TemplateError(
                                        "chat template: refuses the conversation: "
                                                + evaluator.values().text(given.at(0, "message")));
                            });

    Object call(Given given, Evaluator evaluator);

    /// A map whose entries `{% set %}` can change, also from inside a loop. Equal to itself alone.
    final class Namespace {
        private final Map<Object, Object> values;

        Namespace(Map<Object, Object> values) {
            this.values = values;
        }

        Map<Object, Object> values() {
            return values;
        }
    }

    private static List<Object> range(Given given, Evaluator evaluator) {
        boolean single = given.positional().size() == 1;
        long start = single ? 0 : given.integer(0, "start", 0);
        long stop = given.integer(single ? 0 : 1, "stop", 0);
        long step = given.integer(2, "step", 1);
        if (step == 0) {
            throw new TemplateError("chat template: range steps by 0, wanted another step");
        }
        List<Object> items = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i = Math.addExact(i, step)) {
            evaluator.budget().spend(1);
            items.add(i);
        }
        return items;
    }

    /// What a call is given, evaluated.
    ///
    /// @param callee what messages call the function
    record Given(String callee, List<Object> positional, Map<String, Object> named) {

        /// Argument `index`, also known as `name`.
        Object at(int index, String name) {
            Object value = at(index, name, Special.UNDEFINED);
            if (value == Special.UNDEFINED) {
                throw new TemplateError(
                        "chat template: %s is given no %s, wanted one".formatted(callee, name));
            }
            return value;
        }

        Object at(int index, String name, Object absent) {
            return index < positional.size()
                    ? positional.get(index)
                    : named.getOrDefault(name, absent);
        }

        String text(int index, String name) {
            if (at(index, name) instanceof String text) {
                return text;
            }
            throw wrong(name, "a string");
        }

        String text(int index, String name, String absent) {
            return has(index, name) ? text(index, name) : absent;
        }

        long integer(int index, String name, long absent) {
            if (at(index, name, absent) instanceof Long value) {
                return value;
            }
            throw wrong(name, "an integer");
        }

        boolean has(int index, String name) {
            return at(index, name, Special.NONE) != Special.NONE;
        }

        /// The arguments without the first.
        Given rest() {
            return new Given(callee, positional.subList(1, positional.size()), named);
        }

        Map<Object, Object> entries() {
            if (!positional.isEmpty()) {
                throw new TemplateError(
                        "chat template: %s is given a value without a name, wanted names for all"
                                .formatted(callee));
            }
            return new LinkedHashMap<>(named);
        }

        private TemplateError wrong(String name, String wanted) {
            return new TemplateError(
                    "chat template: %s is given another %s, wanted %s"
                            .formatted(callee, name, wanted));
        }
    }
}
