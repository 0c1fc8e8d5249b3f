package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.tensors.Tensor;

/// How much the modulated input of the first block changed since the step before, computed or not:
/// `mean |m(t) − m(t − 1)| / mean |m(t − 1)|`, of the video stream.
final class ModulatedChange implements Gauge {
    private final Store store;
    private final String site;
    private final Box before;

    ModulatedChange(Course course, Store store) {
        this.store = store;
        this.site = site(course);
        this.before = store.everyStep();
    }

    /// Where the modulated input of the first block comes out.
    static String site(Course course) {
        return course.blocks() + ".0.norm1";
    }

    @Override
    public String looksAt() {
        return site;
    }

    @Override
    public double measure(Features modulated) {
        Tensor now = modulated.video();
        double change =
                before.empty()
                        ? Double.POSITIVE_INFINITY
                        : Gauge.relativeChange(now, before.get().video());
        before.put(store.copy(now));
        before.leave();
        return change;
    }
}
