package lightcache4j.cli.trace;

import static lightcache4j.cli.trace.HostLayout.channelsFirst;
import static lightcache4j.cli.trace.HostLayout.channelsLast;

import lightcache4j.model.dit.Conditioning;
import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.run.Runner;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// `EasyAnimateTransformer3DModel.forward`.
record TracedTransformer(EasyAnimateTransformer3DModel model) implements Traceable {
    private static final Map<String, Integer> INPUTS =
            Map.of(
                    "hidden_states", 4,
                    "timestep", 0,
                    "encoder_hidden_states", 2,
                    "encoder_hidden_states_t5", 2,
                    "inpaint_latents", 4,
                    "control_latents", 4);

    static TracedTransformer load(Checkpoint c) {
        return new TracedTransformer(EasyAnimateTransformer3DModel.load(c.config(), c.weights()));
    }

    @Override
    public Map<String, Integer> inputs(String method) {
        return INPUTS;
    }

    @Override
    public Map<String, Tensor> run(
            String method, Map<String, Tensor> inputs, Config args, Runner runner) {
        Workspace workspace = Workspace.current();
        Tensor latents = workspace.upload(channelsLast(Inputs.required(inputs, "hidden_states")));
        float timestep = Inputs.required(inputs, "timestep").reshape(1).toFloats()[0];
        Conditioning conditioning =
                new Conditioning(
                        workspace.upload(Inputs.required(inputs, "encoder_hidden_states")),
                        text(inputs.get("encoder_hidden_states_t5")),
                        video(inputs.get("inpaint_latents")),
                        video(inputs.get("control_latents")));
        Tensor velocity = model.forward(latents, timestep, conditioning, runner); // [F, H, W, C]
        return Map.of("sample", channelsFirst(workspace.download(velocity)));
    }

    private static @Nullable Tensor text(@Nullable Tensor tokens) {
        return tokens == null ? null : Workspace.current().upload(tokens);
    }

    private static @Nullable Tensor video(@Nullable Tensor latents) {
        return latents == null ? null : Workspace.current().upload(channelsLast(latents));
    }
}
