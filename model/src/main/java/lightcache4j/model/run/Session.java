package lightcache4j.model.run;

/// How the denoiser is run in one generation, for one guidance branch: gives the runner of each
/// step.
///
/// State that outlives a step, such as cached features, belongs to the session.
@FunctionalInterface
public interface Session {
    /// The runner of step `step`, counted from 0. Called once per step, in order.
    Runner at(int step);
}
