package lightcache4j.model.run.cache;

import static lightcache4j.tensors.Arithmetic.absoluteDifference;
import static lightcache4j.tensors.Arithmetic.moments;

import lightcache4j.model.run.Features;

/// How much the output can be expected to change in this step, relative to its size, from how much
/// the input does: `k · mean |x(t) − x(t − 1)| / mean |y(s)|`, where `s` is the last step computed,
/// `q` the one computed before it, and `k = mean |y(s) − y(q)| / mean |x(s) − x(q)|` (EasyCache,
/// arXiv:2507.02860, section 3).
final class OutputForecast implements Gauge {
    private final Store store;
    private final Box lastInput;
    private final Box computedInput;
    private final Box computedOutput;
    private double rate = Double.NaN;

    OutputForecast(Store store) {
        this.store = store;
        this.lastInput = store.everyStep();
        this.computedInput = store.everyStep();
        this.computedOutput = store.everyStep();
    }

    @Override
    public double measure(Features x) {
        double measured = Double.POSITIVE_INFINITY;
        if (!lastInput.empty() && !computedOutput.empty() && !Double.isNaN(rate)) {
            double size = moments(computedOutput.get().video()).meanAbsolute();
            double change = absoluteDifference(x.video(), lastInput.get().video());
            measured = rate * change / x.video().size() / size;
            computedOutput.leave();
        }
        lastInput.put(store.copy(x.video()));
        lastInput.leave();
        return measured;
    }

    @Override
    public void computed(Features x, Features y) {
        if (!computedInput.empty() && !computedOutput.empty()) {
            rate =
                    absoluteDifference(y.video(), computedOutput.get().video())
                            / absoluteDifference(x.video(), computedInput.get().video());
        }
        computedInput.put(store.copy(x.video()));
        computedOutput.put(store.copy(y.video()));
        computedInput.leave();
        computedOutput.leave();
    }
}
