package lightcache4j.model.schedule;

import java.util.List;
import java.util.OptionalDouble;

/// Which noise levels a run asks a [Scheduler] for: a number of steps, or levels of its own.
///
/// @param steps how many
/// @param sigmas noise levels of its own, highest first; empty for the scheduler's
/// @param timesteps what the model is told of each step; empty for what follows from the levels
/// @param mu amount of dynamic shifting, where the scheduler shifts dynamically
public record Levels(int steps, List<Float> sigmas, List<Float> timesteps, OptionalDouble mu) {

    public Levels {
        sigmas = List.copyOf(sigmas);
        timesteps = List.copyOf(timesteps);
        boolean lengthsFit =
                (sigmas.isEmpty() || sigmas.size() == steps)
                        && (timesteps.isEmpty() || timesteps.size() == steps);
        if (steps < 1 || !lengthsFit) {
            throw new UnusableSchedule(
                    "schedule: %d steps with %d sigmas and %d timesteps, wanted 1 step or more and as many of each that is given"
                            .formatted(steps, sigmas.size(), timesteps.size()));
        }
    }

    /// As many as asked for, where the scheduler puts them.
    public static Levels steps(int count) {
        return new Levels(count, List.of(), List.of(), OptionalDouble.empty());
    }

    /// These noise levels, which the scheduler still shifts.
    public static Levels sigmas(List<Float> sigmas) {
        return new Levels(sigmas.size(), sigmas, List.of(), OptionalDouble.empty());
    }

    /// These timesteps as they are; the noise levels follow from them, shifted.
    public static Levels timesteps(List<Float> timesteps) {
        return new Levels(timesteps.size(), List.of(), timesteps, OptionalDouble.empty());
    }

    /// The same with an amount of dynamic shifting.
    public Levels shiftedBy(double amount) {
        return new Levels(steps, sigmas, timesteps, OptionalDouble.of(amount));
    }
}
