/// Checkpoint files: what is accepted and refused against the official library, and what is
/// written.
package lightcache4j.tests.weights;
