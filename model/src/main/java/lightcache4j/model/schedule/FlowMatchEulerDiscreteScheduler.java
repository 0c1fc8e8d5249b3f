package lightcache4j.model.schedule;

import lightcache4j.weights.Config;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// Noise levels of flow matching models, after diffusers' class of this name; its fields are those
/// of `scheduler_config.json`.
///
/// Levels are spread evenly between the highest and the lowest, then shifted towards noise, by
/// `shift` or, with dynamic shifting, by the run's `mu`, then spread anew by one of the `use_…`
/// rules. Where nothing shifts dynamically, the ends are shifted too before levels are spread
/// between them: a static shift counts twice, and released checkpoints rely on it.
///
/// @param trainTimesteps timestep of pure noise
/// @param shift how far levels move towards noise (arXiv:2403.03206, section 5.3.2)
/// @param dynamicShifting whether the run's `mu` shifts instead of `shift`
/// @param baseShift `mu` at `baseLength`, see [#muFor]
/// @param maxShift `mu` at `maxLength`
/// @param baseLength tokens of the shortest sequence that [#muFor] is fitted to
/// @param maxLength tokens of the longest
/// @param inverted whether levels count from clean to noise
/// @param terminal level that the last step starts from; 0 leaves it where it is
/// @param spacing how levels are spread anew
/// @param timeShift how `mu` shifts
/// @param stochastic whether every step draws new noise
/// @param sigmaMin lowest level that `spacing` spreads to, instead of the last level
/// @param sigmaMax highest level, instead of the first
public record FlowMatchEulerDiscreteScheduler(
        int trainTimesteps,
        double shift,
        boolean dynamicShifting,
        double baseShift,
        double maxShift,
        int baseLength,
        int maxLength,
        boolean inverted,
        double terminal,
        Spacing spacing,
        TimeShift timeShift,
        boolean stochastic,
        OptionalDouble sigmaMin,
        OptionalDouble sigmaMax)
        implements Scheduler {

    static final String CLASS_NAME = "FlowMatchEulerDiscreteScheduler";

    /// How `mu` shifts a level `t`: to `s / (s + 1/t − 1)`.
    public enum TimeShift {
        /// With `s = exp(mu)`.
        EXPONENTIAL,
        /// With `s = mu`.
        LINEAR
    }

    /// The scheduler that a configuration describes; fields that diffusers does not read are not
    /// read here either.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if a field has a value that it cannot have
    public static FlowMatchEulerDiscreteScheduler of(Config c) {
        return new FlowMatchEulerDiscreteScheduler(
                trainTimesteps(c),
                c.real("shift", 1),
                c.flag("use_dynamic_shifting", false),
                c.real("base_shift", 0.5),
                c.real("max_shift", 1.15),
                c.integer("base_image_seq_len", 256),
                c.integer("max_image_seq_len", 4096),
                c.flag("invert_sigmas", false),
                c.real("shift_terminal", 0),
                spacing(c),
                timeShift(c),
                c.flag("stochastic_sampling", false),
                optional(c, "sigma_min"),
                optional(c, "sigma_max"));
    }

    private static int trainTimesteps(Config c) {
        int steps = c.integer("num_train_timesteps", 1000);
        if (steps < 1) {
            throw c.unsupported("num_train_timesteps", steps, "1 or more");
        }
        return steps;
    }

    private static Spacing spacing(Config c) {
        List<Spacing> asked =
                Stream.of(Spacing.KARRAS, Spacing.EXPONENTIAL, Spacing.BETA)
                        .filter(s -> c.flag(s.field(), false))
                        .toList();
        if (asked.size() > 1) {
            throw c.unsupported(asked.get(1).field(), true, "one use_…_sigmas at most");
        }
        return asked.isEmpty() ? Spacing.EVEN : asked.getFirst();
    }

    private static TimeShift timeShift(Config c) {
        String name = c.text("time_shift_type", "exponential");
        return switch (name) {
            case "exponential" -> TimeShift.EXPONENTIAL;
            case "linear" -> TimeShift.LINEAR;
            default -> throw c.unsupported("time_shift_type", name, "exponential or linear");
        };
    }

    private static OptionalDouble optional(Config c, String name) {
        return c.has(name) ? OptionalDouble.of(c.real(name)) : OptionalDouble.empty();
    }

    /// The `mu` for a sequence of `tokens`, as pipelines with resolution-dependent shifting choose
    /// it: on the line through (`baseLength`, `baseShift`) and (`maxLength`, `maxShift`).
    public double muFor(long tokens) {
        double slope = (maxShift - baseShift) / (maxLength - baseLength);
        return tokens * slope + (baseShift - slope * baseLength);
    }

    /// {@inheritDoc}
    ///
    /// @throws UnusableSchedule if levels shift dynamically and `levels` has no `mu`
    @Override
    public Schedule schedule(Levels levels) {
        if (dynamicShifting && levels.mu().isEmpty()) {
            throw new UnusableSchedule(
                    "schedule: mu is missing, wanted one, for the scheduler shifts dynamically;"
                            + " take muFor(tokens)");
        }
        Ramp ramp = shifted(levels, unshifted(levels));
        if (terminal != 0) {
            ramp = ramp.stretchedTo(terminal);
        }
        double lowest = sigmaMin.orElse(ramp.last());
        double highest = sigmaMax.orElse(ramp.first());
        float[] sigmas = spacing.spread(ramp, highest, lowest).toFloats();
        float[] timesteps = timesteps(levels, sigmas);
        float[] ended = new float[sigmas.length + 1];
        ended[sigmas.length] = inverted ? 1 : 0;
        for (int i = 0; i < sigmas.length; i++) {
            ended[i] = inverted ? 1 - sigmas[i] : sigmas[i];
        }
        return new EulerSchedule(timesteps, ended, stochastic);
    }

    private Ramp unshifted(Levels levels) {
        if (!levels.sigmas().isEmpty()) {
            return Ramp.single(levels.sigmas());
        }
        Ramp steps =
                levels.timesteps().isEmpty()
                        ? Ramp.even(
                                end(1) * trainTimesteps,
                                end(1f / trainTimesteps) * trainTimesteps,
                                levels.steps())
                        : Ramp.single(levels.timesteps());
        return steps.over(trainTimesteps);
    }

    /// An end of the trained range of levels, which a static shift moves in single precision.
    private double end(float level) {
        return dynamicShifting ? level : Ramp.single(List.of(level)).shifted(shift).first();
    }

    private Ramp shifted(Levels levels, Ramp ramp) {
        if (!dynamicShifting) {
            return ramp.shifted(shift);
        }
        double mu = levels.mu().orElseThrow();
        return ramp.timeShifted(timeShift == TimeShift.LINEAR ? mu : Math.exp(mu));
    }

    private float[] timesteps(Levels levels, float[] sigmas) {
        float[] timesteps = new float[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            boolean given = !levels.timesteps().isEmpty() && !inverted;
            float level = inverted ? 1 - sigmas[i] : sigmas[i];
            timesteps[i] = given ? levels.timesteps().get(i) : level * trainTimesteps;
        }
        return timesteps;
    }
}
