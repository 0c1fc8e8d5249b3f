/// Weights that are in memory only while they are used: what is there, and that results do not
/// change.
package lightcache4j.tests.offload;
