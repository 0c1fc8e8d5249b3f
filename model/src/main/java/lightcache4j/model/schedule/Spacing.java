package lightcache4j.model.schedule;

/// How noise levels are spread between the highest and the lowest.
public enum Spacing {
    /// Where shifting left them.
    EVEN(""),
    /// Evenly in their seventh root (arXiv:2206.00364, equation 5).
    KARRAS("use_karras_sigmas"),
    /// Evenly in their logarithm.
    EXPONENTIAL("use_exponential_sigmas"),
    /// At quantiles of a beta distribution with both parameters 0.6 (arXiv:2407.12173).
    BETA("use_beta_sigmas");

    private static final double RHO = 7;
    private static final BetaDistribution BETA_06 = new BetaDistribution(0.6, 0.6);

    private final String field;

    Spacing(String field) {
        this.field = field;
    }

    /// The field of `scheduler_config.json` that asks for it.
    String field() {
        return field;
    }

    /// As many levels as `ramp` has, spread anew.
    Ramp spread(Ramp ramp, double highest, double lowest) {
        return switch (this) {
            case EVEN -> ramp;
            case KARRAS -> {
                double top = Math.pow(highest, 1 / RHO);
                double bottom = Math.pow(lowest, 1 / RHO);
                yield Ramp.even(0, 1, ramp.count())
                        .map(u -> Math.pow(top + u * (bottom - top), RHO));
            }
            case EXPONENTIAL -> {
                if (!(lowest > 0)) {
                    throw new UnusableSchedule(
                            "schedule: the lowest noise level is %s, wanted above 0 for exponential spacing"
                                    .formatted(lowest));
                }
                yield Ramp.even(Math.log(highest), Math.log(lowest), ramp.count()).map(Math::exp);
            }
            case BETA ->
                    Ramp.even(0, 1, ramp.count())
                            .map(u -> lowest + BETA_06.quantile(1 - u) * (highest - lowest));
        };
    }
}
