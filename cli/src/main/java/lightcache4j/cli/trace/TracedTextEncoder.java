package lightcache4j.cli.trace;

import lightcache4j.model.run.Runner;
import lightcache4j.model.text.Qwen2VLTextModel;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;

import java.util.Map;

/// The language tower of Qwen2-VL: `input_ids`, and where given `attention_mask` and `position_ids`
/// `[3, L]`, to hidden states.
record TracedTextEncoder(Qwen2VLTextModel model) implements Traceable {
    private static final Map<String, Integer> INPUTS =
            Map.of("input_ids", 1, "attention_mask", 1, "position_ids", 2);

    static TracedTextEncoder load(Checkpoint c) {
        return new TracedTextEncoder(Qwen2VLTextModel.load(c.config(), c.weights()));
    }

    @Override
    public Map<String, Integer> inputs(String method) {
        return INPUTS;
    }

    @Override
    public Map<String, Tensor> run(
            String method, Map<String, Tensor> inputs, Config args, Runner runner) {
        Workspace workspace = Workspace.current();
        Qwen2VLTextModel.HiddenStates states =
                model.forward(
                        Inputs.required(inputs, "input_ids"),
                        inputs.get("attention_mask"),
                        inputs.get("position_ids"),
                        runner);
        return Map.of(
                "hidden_states.-2", workspace.download(states.penultimate()),
                "last_hidden_state", workspace.download(states.last()));
    }
}
