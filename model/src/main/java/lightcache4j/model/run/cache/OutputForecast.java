package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.absoluteDifference;
import static lightcache4j.tensors.Arithmetic.moments;
import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.model.run.Features;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// How much the output can be expected to change in this step, relative to its size, from how much
/// the input does: `k · mean |x(t) − x(t − 1)| / mean |y(s)|`, where `s` is the last step computed,
/// `q` the one computed before it, and `k = mean |y(s) − y(q)| / mean |x(s) − x(q)|` (EasyCache,
/// arXiv:2507.02860, section 3).
final class OutputForecast implements Gauge {
    private final Store store;
    private double rate = Double.NaN;
    private @Nullable Tensor lastInput;
    private @Nullable Tensor computedInput;
    private @Nullable Tensor computedOutput;

    OutputForecast(Store store) {
        this.store = store;
    }

    @Override
    public double measure(Features x) {
        double measured = Double.POSITIVE_INFINITY;
        Tensor last = lastInput;
        Tensor output = computedOutput;
        if (last != null && output != null && !Double.isNaN(rate)) {
            double size = moments(output).meanAbsolute();
            measured = rate * absoluteDifference(x.video(), last) / x.video().size() / size;
        }
        if (!same(last, computedInput)) {
            store.free(last);
        }
        lastInput = store.make(() -> scale(x.video(), 1));
        return measured;
    }

    @Override
    public void computed(Features x, Features y) {
        Tensor in = computedInput;
        Tensor out = computedOutput;
        if (in != null && out != null) {
            rate = absoluteDifference(y.video(), out) / absoluteDifference(x.video(), in);
        }
        store.free(in);
        store.free(out);
        computedInput = lastInput;
        computedOutput = store.make(() -> scale(y.video(), 1));
    }

    @SuppressWarnings("ReferenceEquality") // one tensor may play both parts
    private static boolean same(@Nullable Tensor a, @Nullable Tensor b) {
        return a == b;
    }
}
