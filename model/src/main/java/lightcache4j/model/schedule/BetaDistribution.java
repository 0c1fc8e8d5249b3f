package lightcache4j.model.schedule;

/// The beta distribution, of which a schedule needs the quantiles.
///
/// @param alpha first shape parameter, above 0
/// @param beta second shape parameter, above 0
record BetaDistribution(double alpha, double beta) {
    private static final int HALVINGS = 1100;

    /// The `x` below which a share `p` of the distribution lies, 0 to 1.
    double quantile(double p) {
        double lower = incomplete(alpha, beta, 0.5);
        double whole = lower + incomplete(beta, alpha, 0.5);
        // Each tail is solved from its own end, where its numbers are small and exact.
        return p * whole <= lower
                ? solve(alpha, beta, p * whole)
                : 1 - solve(beta, alpha, (1 - p) * whole);
    }

    /// The `x` up to one half at which the incomplete beta function reaches `area`, by bisection.
    private static double solve(double a, double b, double area) {
        double low = 0;
        double high = 0.5;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (middle == low || middle == high) {
                break;
            }
            if (incomplete(a, b, middle) < area) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return area <= 0 ? 0 : high;
    }

    /// `∫₀ˣ t^(a−1) (1−t)^(b−1) dt` for `x` up to one half, by its power series `xᵃ Σ (1−b)ₖ xᵏ /
    /// (k! (a+k))` (Abramowitz and Stegun, 6.6.8 with 15.1.1).
    private static double incomplete(double a, double b, double x) {
        double coefficient = 1;
        double sum = 1 / a;
        for (int k = 1; coefficient / (a + k) > sum * 0x1p-60; k++) {
            coefficient *= (k - b) / k * x;
            sum += coefficient / (a + k);
        }
        return Math.pow(x, a) * sum;
    }
}
