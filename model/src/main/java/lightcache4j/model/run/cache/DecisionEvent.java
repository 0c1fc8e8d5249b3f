package lightcache4j.model.run.cache;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

import lightcache4j.model.run.Branch;
import lightcache4j.model.run.Site;

/// What a policy decided at a step, for the flight recorder: `jfr print --events lightcache4j.Cache
/// run.jfr`.
@Name("lightcache4j.Cache")
@Label("Decision of a caching policy")
@Category("LightCache4J")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class DecisionEvent extends Event {
    @Label("Branch")
    private final String branch;

    @Label("Step")
    private final int step;

    @Label("Site")
    @Description("Where what is covered begins")
    private final String path;

    @Label("Reuse")
    private final boolean reuse;

    @Label("Measured")
    @Description("What the policy decided by; 0 where it measures nothing")
    private final double measured;

    @Label("Kept")
    @DataAmount
    private final long keptBytes;

    private DecisionEvent(
            String branch, int step, String path, boolean reuse, double measured, long keptBytes) {
        this.branch = branch;
        this.step = step;
        this.path = path;
        this.reuse = reuse;
        this.measured = measured;
        this.keptBytes = keptBytes;
    }

    static void commit(
            Branch branch, int step, Site site, boolean reuse, double measured, long keptBytes) {
        if (FlightRecorder.isInitialized()) { // else an event would set the recorder up
            new DecisionEvent(branch.name(), step, site.path(), reuse, measured, keptBytes)
                    .commit();
        }
    }
}
