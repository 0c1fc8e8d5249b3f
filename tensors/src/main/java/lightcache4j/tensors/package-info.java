/// Numbers and what is done with them, on any machine.
///
/// A [lightcache4j.tensors.Tensor] is a shape, a type and bytes. What can be done with tensors is
/// [lightcache4j.tensors.Ops], an interface of some thirty coarse operations that each backend
/// implements. Models never call it: they call the free functions of
/// [lightcache4j.tensors.Functional], [lightcache4j.tensors.Arithmetic] and
/// [lightcache4j.tensors.Layout], which check shapes once for all backends, allocate the result in
/// the current [lightcache4j.tensors.Workspace] and hand it to that workspace's backend to be
/// filled.
///
/// Memory is deterministic. A workspace frees what was allocated in it when it closes, save what an
/// outer one adopted; the [lightcache4j.tensors.MemoryLedger] counts every byte by pool and stage.
///
/// Reading order: `Shape`, `DType`, `Tensor`, `Workspace`, `Ops`, `Functional`.
package lightcache4j.tensors;
