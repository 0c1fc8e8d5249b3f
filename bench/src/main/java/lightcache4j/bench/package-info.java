/// Benchmarks, each of which verifies its result against the reference before timing it.
package lightcache4j.bench;
