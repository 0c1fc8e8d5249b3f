package lightcache4j.cli.trace;

import lightcache4j.model.run.Runner;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A component that can be run by itself, one sample at a time.
public interface Traceable {
    /// What it can do, the usual thing first.
    default List<String> methods() {
        return List.of("forward");
    }

    /// The inputs of a method by name, with the number of axes each has without a batch.
    Map<String, Integer> inputs(String method);

    /// Runs a method in the current workspace.
    ///
    /// @param method one of [#methods]
    /// @param inputs by name, float32 or int32, in host memory, without batch axis, as PyTorch lays
    ///   them out
    /// @param args further arguments, by the names that diffusers gives them
    /// @param runner how sites are run
    /// @return results by name, in host memory, without batch axis, as PyTorch lays them out
    Map<String, Tensor> run(String method, Map<String, Tensor> inputs, Config args, Runner runner);

    /// The component that a checkpoint holds, told by its class.
    ///
    /// @throws MalformedConfig if the class is none that is known here
    static Traceable of(Checkpoint checkpoint) {
        String name =
                Objects.requireNonNullElse(
                        checkpoint.className(), checkpoint.config().text("model_type", "unnamed"));
        return switch (name) {
            case "EasyAnimateTransformer3DModel" -> TracedTransformer.load(checkpoint);
            case "AutoencoderKLMagvit" -> TracedAutoencoder.load(checkpoint);
            case "Qwen2VLForConditionalGeneration",
                    "Qwen2VLModel",
                    "Qwen2VLTextModel",
                    "qwen2_vl",
                    "qwen2_vl_text" ->
                    TracedTextEncoder.load(checkpoint);
            default ->
                    throw new MalformedConfig(
                            "%s: its class is %s, wanted EasyAnimateTransformer3DModel, AutoencoderKLMagvit or Qwen2VLForConditionalGeneration; others are not supported yet"
                                    .formatted(checkpoint.name(), name));
        };
    }
}
