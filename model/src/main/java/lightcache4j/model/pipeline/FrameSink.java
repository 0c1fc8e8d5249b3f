package lightcache4j.model.pipeline;

import lightcache4j.tensors.Tensor;

/// Where finished frames go, in order.
@FunctionalInterface
public interface FrameSink {
    /// @param frame `[H, W, 3]`, float32 in host memory, red, green and blue in 0 to 1; valid
    ///   during the call only
    void accept(Tensor frame);
}
