package lightcache4j.model.run;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Workspace;

import java.util.function.UnaryOperator;

/// Writes a flight recorder event for every site: how long it took and what it holds.
///
/// ```
/// java -XX:StartFlightRecording:filename=run.jfr …
/// jfr print --events lightcache4j.Site run.jfr
/// jfr view lightcache4j.Site run.jfr
/// ```
///
/// Times of nested sites include each other: a block's is that of its attention, its feed-forward
/// and what lies between. Where no recording runs, it costs next to nothing.
///
/// @param phase what is being computed, such as `denoise, step 3`
/// @param next who runs the body
public record Traced(String phase, Runner next) implements Runner {

    /// The event. Its duration is that of the body.
    @Name("lightcache4j.Site")
    @Label("Site of a model")
    @Category("LightCache4J")
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    static final class SiteEvent extends Event {
        @Label("Phase")
        private final String phase;

        @Label("Site")
        @Description("Prefix of the names of the weights used there")
        private final String path;

        @Label("Output")
        @DataAmount
        private long outputBytes;

        @Label("Held")
        @Description("What all tensors hold in the backend's memory after the body")
        @DataAmount
        private long heldBytes;

        SiteEvent(String phase, String path) {
            this.phase = phase;
            this.path = path;
        }

        void finish(Features y) {
            end();
            if (shouldCommit()) {
                Workspace workspace = Workspace.current();
                Pool pool = workspace.backend().heap().pool();
                outputBytes = y.byteSize();
                heldBytes = workspace.ledger().current(pool);
                commit();
            }
        }
    }

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        // In a rehearsal nothing is computed, so there is nothing to tell. Where nothing was ever
        // recorded, an event would set the recorder up, which takes a starting process 40 ms.
        if (!FlightRecorder.isInitialized() || Workspace.current().backend() instanceof Rehearsal) {
            return next.run(site, x, body);
        }
        SiteEvent event = new SiteEvent(phase, site.path());
        event.begin();
        Features y = next.run(site, x, body);
        event.finish(y);
        return y;
    }
}
