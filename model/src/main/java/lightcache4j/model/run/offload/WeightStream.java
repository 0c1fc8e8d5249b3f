package lightcache4j.model.run.offload;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;

/// The weights of one component on their way through memory, while one stage uses them. Closing
/// takes all of them out.
public interface WeightStream extends AutoCloseable {
    /// Leaves it to the system.
    WeightStream NONE = next -> next;

    /// `next`, with the weights of each site in memory while its body runs. All runners of a stream
    /// belong to one thread.
    Runner over(Runner next);

    /// Takes the component's weights out of memory.
    @Override
    default void close() {}

    /// What happens at one call of a runner.
    interface Visit {
        /// Nothing does.
        Visit NONE =
                new Visit() {
                    @Override
                    public void begin() {}

                    @Override
                    public void end() {}
                };

        /// The body is about to run; once for each piece that it is run in.
        void begin();

        /// The site is done with, run or not.
        void end();
    }

    /// Decides what a call of a runner means for the weights in memory.
    @FunctionalInterface
    interface Visits {
        Visit visit(Site site);
    }
}
