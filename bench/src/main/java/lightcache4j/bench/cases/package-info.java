/// The table of cases of all operations: what tests compare and benchmarks time.
@org.jspecify.annotations.NullMarked
package lightcache4j.bench.cases;
