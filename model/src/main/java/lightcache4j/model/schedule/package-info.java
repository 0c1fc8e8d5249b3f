/// Noise schedules: which noise levels a run visits, and the step between two of them.
package lightcache4j.model.schedule;
