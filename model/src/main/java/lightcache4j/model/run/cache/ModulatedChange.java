package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.absoluteDifference;
import static lightcache4j.tensors.Arithmetic.moments;
import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// How much the modulated input of the first block changed since the step before, computed or not:
/// `mean |m(t) − m(t − 1)| / mean |m(t − 1)|`, of the video stream.
final class ModulatedChange implements Gauge {
    private final Store store;
    private final String site;
    private @Nullable Tensor before;

    ModulatedChange(Course course, Store store) {
        this.store = store;
        this.site = site(course);
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
        Tensor last = before;
        double change =
                last == null
                        ? Double.POSITIVE_INFINITY
                        : absoluteDifference(now, last)
                                / (moments(last).meanAbsolute() * last.size());
        store.free(last);
        before = store.make(() -> scale(now, 1));
        return change;
    }
}
