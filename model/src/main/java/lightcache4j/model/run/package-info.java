/// How a model is run, apart from what it computes.
///
/// A model names its places ([lightcache4j.model.run.Site]) and hands each body to a
/// [lightcache4j.model.run.Runner]; what happens there is a stack of small decorators, outermost
/// first: tracing, caching, offload, chunking, memory scopes. "Current step" and "guidance branch"
/// are arguments of those who build the stack, never globals.
package lightcache4j.model.run;
