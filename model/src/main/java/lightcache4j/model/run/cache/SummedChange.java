package lightcache4j.model.run.cache;

import java.util.function.DoubleUnaryOperator;

/// Reuses while what was measured since the last step computed adds up to less than a threshold.
/// The first steps and the last are computed.
final class SummedChange implements Judge {
    private final double threshold;
    private final int retained;
    private final int steps;
    private final DoubleUnaryOperator estimate;
    private double sum;

    /// @param retained steps at the beginning that are computed
    /// @param steps of the run
    /// @param estimate what is added, from what is measured
    SummedChange(double threshold, int retained, int steps, DoubleUnaryOperator estimate) {
        this.threshold = threshold;
        this.retained = retained;
        this.steps = steps;
        this.estimate = estimate;
    }

    @Override
    public boolean reuse(int step, double measured) {
        if (step < retained || step == steps - 1) {
            return false;
        }
        sum += estimate.applyAsDouble(measured);
        return sum < threshold;
    }

    @Override
    public void computed() {
        sum = 0;
    }
}
