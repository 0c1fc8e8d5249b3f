/// Layers that several networks share: records of weights, each with the checkpoint's names in
/// `load`.
///
/// A layer holds weights and nothing else. What it computes is a line or two of
/// [lightcache4j.tensors.Functional]; its result belongs to the current workspace.
package lightcache4j.model.layers;
