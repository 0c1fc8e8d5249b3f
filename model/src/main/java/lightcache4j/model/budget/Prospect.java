package lightcache4j.model.budget;

import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.Pool;

/// A generation that is planned.
///
/// @param open what will generate
/// @param request what will be made
/// @param sessions how the denoiser will be run: what a caching policy keeps counts
/// @param pool the memory that it will be computed in, which is what is planned
public record Prospect(OpenPipeline open, Request request, SessionFactory sessions, Pool pool) {
    private static final int FIRST_STEPS = 2;

    /// The same without a caching policy, in few steps: each takes what the one before took. A clip
    /// to start from may leave out the first of them, and then all are left.
    Prospect ofFirstSteps() {
        Sampling sampling = request.sampling();
        Request few =
                request.reference() != null || sampling.steps() <= FIRST_STEPS
                        ? request
                        : request.withSampling(sampling.withSteps(FIRST_STEPS));
        return new Prospect(open, few, SessionFactory.PLAIN, pool);
    }
}
