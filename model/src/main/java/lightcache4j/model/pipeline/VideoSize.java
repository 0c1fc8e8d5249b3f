package lightcache4j.model.pipeline;

/// The size of a clip.
///
/// @param width pixels across
/// @param height pixels down
/// @param frames frames in time
public record VideoSize(int width, int height, int frames) {}
