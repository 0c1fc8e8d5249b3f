/// One component of a model on given tensors, named and laid out as PyTorch's users have them.
///
/// [lightcache4j.cli.trace.Traceable] turns such tensors into what the component takes and its
/// results back; [lightcache4j.cli.trace.Taps] keeps what every site puts out on the way.
package lightcache4j.cli.trace;
