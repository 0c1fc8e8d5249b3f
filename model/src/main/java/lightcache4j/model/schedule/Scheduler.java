package lightcache4j.model.schedule;

import lightcache4j.weights.Config;

/// What a checkpoint's `scheduler_config.json` says: how noise levels are chosen. Immutable; each
/// run asks it for a [Schedule] of its own.
public interface Scheduler {

    /// The scheduler that `_class_name` names.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if there is none of that name here, or a field
    ///   has a value that it cannot have
    static Scheduler of(Config config) {
        String name = config.text("_class_name");
        if (!name.equals(FlowMatchEulerDiscreteScheduler.CLASS_NAME)) {
            throw config.unsupported(
                    "_class_name", name, FlowMatchEulerDiscreteScheduler.CLASS_NAME);
        }
        return FlowMatchEulerDiscreteScheduler.of(config);
    }

    /// The noise levels of one run.
    ///
    /// @throws UnusableSchedule if it cannot give such levels
    Schedule schedule(Levels levels);
}
