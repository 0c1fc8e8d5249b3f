package lightcache4j.model.run;

import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.function.UnaryOperator;

/// Frees what a body allocated as soon as it is done, save its result.
///
/// @param next who runs the body
public record Scoped(Runner next) implements Runner {

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            Features y = inner.in(() -> next.run(site, x, body));
            outer.adopt(y.video(), inner);
            Tensor text = y.text();
            if (text != null) {
                outer.adopt(text, inner);
            }
            return y;
        }
    }
}
