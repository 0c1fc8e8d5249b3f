/// Caching policies against diffusers, cache-dit and the rules themselves.
package lightcache4j.tests.cache;
