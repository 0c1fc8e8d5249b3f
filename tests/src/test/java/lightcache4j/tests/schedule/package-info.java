/// Schedules and noise, against what diffusers and PyTorch computed.
package lightcache4j.tests.schedule;
