/// Samples that break the rules on purpose: what the rules are tried on.
package lightcache4j.tests.architecture.broken;
