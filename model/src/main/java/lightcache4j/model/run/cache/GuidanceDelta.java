package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.combine;
import static lightcache4j.tensors.Arithmetic.subtract;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// Keeps by how much the unconditional prediction `u` differs from the conditional one `c`, low and
/// high frequencies apart: `u(t) ≈ c(t) + a · low(u(s) − c(s)) + b · high(u(s) − c(s))`, where `s`
/// is the last step computed and `a` and `b` are products of one factor for each step since
/// (FasterCache, arXiv:2410.19355, equations 9 to 11).
///
/// The original splits the Fourier transforms of `u` and `c` and keeps the differences there. The
/// split is linear and gives real numbers, so that it can as well be made of `u − c` itself.
final class GuidanceDelta implements Retention.Kept {
    private final Store store;
    private final Course course;
    private final Supplier<Features> conditional;
    private final FasterCache.Growth lowGrowth;
    private final FasterCache.Growth highGrowth;
    private double lowFactor;
    private double highFactor;
    private final Box low;
    private final Box high;

    GuidanceDelta(
            Store store,
            Course course,
            Supplier<Features> conditional,
            FasterCache.Growth lowGrowth,
            FasterCache.Growth highGrowth) {
        this.store = store;
        this.course = course;
        this.conditional = conditional;
        this.lowGrowth = lowGrowth;
        this.highGrowth = highGrowth;
        this.low = store.box();
        this.high = store.box();
    }

    @Override
    public boolean present() {
        return !low.empty();
    }

    @Override
    public void makeRoom() {
        low.clear();
        high.clear();
    }

    @Override
    public void ahead() {
        low.ahead();
        high.ahead();
    }

    @Override
    public void keep(int step, @Nullable Features x, Features y) {
        Tensor c = conditional.get().video();
        Tensor delta = subtract(y.video(), c); // [f, h, w, C]
        Tensor part = store.make(() -> LowPass.of(delta).apply(delta));
        high.put(store.make(() -> subtract(delta, part)));
        low.put(part);
        high.leave();
        low.leave();
        Workspace.current().free(delta);
        lowFactor = 1;
        highFactor = 1;
    }

    @Override
    public Features reuse(int step, Features x) {
        double time = course.timesteps().get(step);
        lowFactor *= lowGrowth.at(time);
        highFactor *= highGrowth.at(time);
        Tensor c = conditional.get().video();
        Tensor a = low.get().video();
        Tensor b = high.get().video();
        Tensor u = Scoped.tensor(() -> sum(c, a, b));
        low.leave();
        high.leave();
        return Features.of(u);
    }

    private Tensor sum(Tensor c, Tensor a, Tensor b) {
        Tensor delta = combine((float) lowFactor, a, (float) highFactor, b);
        return combine(1, c, 1, delta); // [f, h, w, C]
    }
}
