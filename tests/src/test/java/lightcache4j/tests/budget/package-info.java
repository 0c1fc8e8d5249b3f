/// Runs that stay within an amount of memory.
@org.jspecify.annotations.NullMarked
package lightcache4j.tests.budget;
