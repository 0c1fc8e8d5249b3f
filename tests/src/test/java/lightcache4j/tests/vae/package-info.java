/// The video autoencoder: parity with diffusers, piecewise coding, memory, and what it says of bad
/// input.
package lightcache4j.tests.vae;
