/// Weights that are in memory only while they are used, so that a model larger than memory runs in
/// a small part of it.
///
/// The models know nothing of it: a site bears the prefix of the names of its weights, so the
/// runner [lightcache4j.model.run.offload.Offloaded] can bring them in before a body runs and take
/// them out behind it. A [lightcache4j.model.run.offload.WeightStream] decides which and when:
///
/// | `--offload` | in memory | fetched ahead |
/// |---|---|---|
/// | `none` | what the system keeps of the mapping | by the system |
/// | `component` | a component, until its stage ends | the next block |
/// | `block` | the block in use, the next one, and what belongs to no block | the next block |
/// | `disk` | the layer in use | nothing |
///
/// Fetching and evicting are the backend's ([lightcache4j.tensors.Residency]) and happen on one
/// thread of their own, in the order in which they were asked for. So what is in memory at most is
/// known: a block is asked for when the one before the last has been given up.
///
/// Reading order: `Offloaded`, `WeightStream`, `BlockStream`, `Order`, `LayerStream`, `Copies`.
package lightcache4j.model.run.offload;
