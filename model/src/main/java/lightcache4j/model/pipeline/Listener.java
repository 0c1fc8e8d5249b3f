package lightcache4j.model.pipeline;

import lightcache4j.tensors.Stage;

/// Is told how far a run has come, on the thread that computes.
public interface Listener {
    /// Hears nothing.
    Listener NONE = new Listener() {};

    /// A stage begins.
    default void stage(Stage stage) {}

    /// `done` of `total` pieces of the current stage are finished: prompts to encode, steps to
    /// denoise, frames to decode.
    default void progress(int done, int total) {}

    /// Something was done otherwise than asked, such as a prompt cut to length: one line for the
    /// user.
    default void notice(String line) {}
}
