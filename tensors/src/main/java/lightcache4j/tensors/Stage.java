package lightcache4j.tensors;

/// The parts of a run that memory and time are reported by.
public enum Stage {
    /// Reading configurations and mapping weights.
    LOAD,
    /// Prompt to embeddings; conditioning images to latents.
    ENCODE,
    /// Noise to latents, step by step.
    DENOISE,
    /// Latents to frames.
    DECODE
}
