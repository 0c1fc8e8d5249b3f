/// The diffusion transformers: parity with diffusers site by site, refusals, memory, positions.
package lightcache4j.tests.dit;
