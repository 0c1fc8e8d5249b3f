package lightcache4j.model.run;

import java.util.List;

/// What is known of a denoising before it begins.
///
/// @param timesteps the time of each step that will be run, in order, 1000 (noise) to 0
/// @param blocks the path of the model's list of blocks, such as `transformer_blocks`
/// @param depth how many blocks it has
/// @param guided whether the unconditional branch is run too, after the conditional one in each
///   step
public record Course(List<Float> timesteps, String blocks, int depth, boolean guided) {

    public Course {
        timesteps = List.copyOf(timesteps);
    }

    /// How many steps will be run.
    public int steps() {
        return timesteps.size();
    }
}
