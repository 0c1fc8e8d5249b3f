package lightcache4j.model.budget;

import lightcache4j.model.run.Economy;

import java.util.Map;

/// How a generation stays within an amount of memory.
///
/// @param budget bytes that it may hold
/// @param economy what is done to hold less
/// @param foreseen what it then holds
/// @param without why: for each thing done that was not asked for, as an option of the command
///   line, the bytes that the same run would hold without it
public record MemoryPlan(
        long budget, Economy economy, Footprint foreseen, Map<String, Long> without) {}
