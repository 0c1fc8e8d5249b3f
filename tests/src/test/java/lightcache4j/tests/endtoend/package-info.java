/// The whole engine on real input: the demo against its reference, what a run leaves in memory, and
/// the command line as a user types it.
package lightcache4j.tests.endtoend;
