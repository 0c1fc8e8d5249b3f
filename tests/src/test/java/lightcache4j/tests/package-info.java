/// Tests of the whole, through public interfaces only, against oracles written elsewhere.
package lightcache4j.tests;
