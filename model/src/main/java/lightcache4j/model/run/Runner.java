package lightcache4j.model.run;

import java.util.function.UnaryOperator;

/// The one seam between models and everything that is not the model.
///
/// A model says, once per block, `x = runner.run(site, x, h -> block.forward(h, …))`. Caching,
/// swapping, offload, chunking, memory scopes, tracing and comparison with recorded activations are
/// decorators of this interface; no model knows of any of them.
@FunctionalInterface
public interface Runner {
    /// Computes every body, nothing else.
    Runner PLAIN = (_, x, body) -> body.apply(x);

    /// The body's result for `x`, however it comes about.
    ///
    /// If `x` is given away ([Features#giveAway]), it may be gone when the body is done: who needs
    /// it afterwards hands on [Features#lend] of it.
    Features run(Site site, Features x, UnaryOperator<Features> body);
}
