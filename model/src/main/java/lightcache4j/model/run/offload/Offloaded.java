package lightcache4j.model.run.offload;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;

import java.util.function.UnaryOperator;

/// Has a site's weights in memory while its body runs.
///
/// It stands outside of caching and chunking and still fetches nothing for a body that is not run,
/// for it is the body that asks. Of a body that is run in pieces, the first one asks.
///
/// @param stream where weights come from
/// @param next who runs the body
record Offloaded(WeightStream.Visits stream, Runner next) implements Runner {

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        WeightStream.Visit visit = stream.visit(site);
        try {
            return next.run(
                    site,
                    x,
                    h -> {
                        visit.begin();
                        return body.apply(h);
                    });
        } finally {
            visit.end();
        }
    }
}
