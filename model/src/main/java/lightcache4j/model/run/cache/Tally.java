package lightcache4j.model.run.cache;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Course;
import lightcache4j.model.run.Reuse;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.Sessions;
import lightcache4j.model.run.swap.Swap;

import java.util.Map;

/// Counts the attentions and feed-forwards that are computed under another factory: what a policy
/// costs, whatever it keeps, and on whatever machine.
public final class Tally implements SessionFactory {
    private final SessionFactory counted;
    private long computed;

    public Tally(SessionFactory counted) {
        this.counted = counted;
    }

    /// How many were computed so far.
    public long computed() {
        return computed;
    }

    @Override
    public Sessions open(Course course, Runner next, Swap swap) {
        Coverage attention = Layers.ATTENTION.in(course);
        Coverage feedForward = Layers.FEED_FORWARD.in(course);
        Sessions sessions = counted.open(course, next, swap);
        return new Sessions() {
            @Override
            public Session of(Branch branch) {
                return step -> counting(sessions.of(branch).at(step), attention, feedForward);
            }

            @Override
            public Map<Branch, Reuse> reuse() {
                return sessions.reuse();
            }

            @Override
            public void close() {
                sessions.close();
            }
        };
    }

    private Runner counting(Runner next, Coverage attention, Coverage feedForward) {
        return (site, x, body) -> {
            boolean counts =
                    attention.place(site) == Coverage.Place.WHOLE
                            || feedForward.place(site) == Coverage.Place.WHOLE;
            return next.run(
                    site,
                    x,
                    counts
                            ? h -> {
                                computed++;
                                return body.apply(h);
                            }
                            : body);
        };
    }
}
