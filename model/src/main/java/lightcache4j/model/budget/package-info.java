/// Staying within an amount of memory.
///
/// How much a run holds follows from its shapes, its caching policy and what is done to take less
/// (`lightcache4j.model.run.Economy`), not from how fast anything is. So a run can be rehearsed
/// without computing ([lightcache4j.model.budget.Footprint]), and what must be done to stay within
/// a budget can be found by rehearsing in turn what might do, the cheapest first
/// ([lightcache4j.model.budget.MemoryPlanner]), and which layers are worth computing in pieces
/// ([lightcache4j.model.budget.ChunkPlanner]).
package lightcache4j.model.budget;
