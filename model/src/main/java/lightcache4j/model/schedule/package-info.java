/// Noise schedules: which noise levels a run visits, and the step between two of them.
///
/// A [lightcache4j.model.schedule.Scheduler] is what a checkpoint says; asked for
/// [lightcache4j.model.schedule.Levels], it gives one run its
/// [lightcache4j.model.schedule.Schedule]. Levels are computed in the precision of the original, so
/// that timesteps equal PyTorch's. [lightcache4j.model.schedule.Noise] is PyTorch's normal noise.
package lightcache4j.model.schedule;
