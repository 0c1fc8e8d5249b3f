/// Every operation in plain loops, never optimised: the truth that other backends answer to.
///
/// Start at [lightcache4j.kernels.reference.ReferenceOps], which sorts the operations into
/// families: `Sequences` (linear, attention, rope, embedding), `Norms`, `Video` (convolution,
/// resampling), `Pointwise`, `Movement` and `Measures`. Whatever a tensor is stored in, `Elements`
/// reads one number of it as float32.
package lightcache4j.kernels.reference;
