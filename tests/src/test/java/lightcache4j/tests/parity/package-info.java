/// Parity with PyTorch: what the engine computes on the models of `tests/fixtures` against what
/// diffusers and transformers computed there.
///
/// [lightcache4j.tests.parity.FixtureCase] is a case on disk, [lightcache4j.tests.parity.Recorded]
/// keeps what each site of a model put out, and [lightcache4j.tests.parity.Parity] compares both
/// and names the first site that drifts.
package lightcache4j.tests.parity;
