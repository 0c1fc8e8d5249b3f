package lightcache4j.cli.trace;

import static lightcache4j.cli.trace.HostLayout.channelsFirst;
import static lightcache4j.cli.trace.HostLayout.channelsLast;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.model.vae.Pieces;
import lightcache4j.model.vae.Posterior;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `AutoencoderKLMagvit`: `encode` of `sample`, `decode` of `latents`, `forward` is both.
record TracedAutoencoder(AutoencoderKLMagvit model) implements Traceable {

    static TracedAutoencoder load(Checkpoint c) {
        return new TracedAutoencoder(AutoencoderKLMagvit.load(c.config(), c.weights()));
    }

    @Override
    public List<String> methods() {
        return List.of("decode", "encode", "forward");
    }

    @Override
    public Map<String, Integer> inputs(String method) {
        return method.equals("decode") ? Map.of("latents", 4) : Map.of("sample", 4);
    }

    @Override
    public Map<String, Tensor> run(
            String method, Map<String, Tensor> inputs, Config args, Runner runner) {
        Workspace workspace = Workspace.current();
        Pieces pieces = Pieces.of(args);
        if (method.equals("decode")) {
            Tensor latents = channelsLast(Inputs.required(inputs, "latents"));
            return decoded(workspace.upload(latents), pieces, runner);
        }
        Tensor video = channelsLast(Inputs.required(inputs, "sample"));
        Posterior posterior = model.encode(workspace.upload(video), pieces, Swap.OFF, runner);
        if (method.equals("forward")) {
            return decoded(posterior.mode(), pieces, runner);
        }
        return Map.of(
                "latent_mean", channelsFirst(workspace.download(posterior.mean())),
                "latent_logvar", channelsFirst(workspace.download(posterior.logvar())));
    }

    private Map<String, Tensor> decoded(Tensor latents, Pieces pieces, Runner runner) {
        Workspace workspace = Workspace.current();
        List<Tensor> frames = new ArrayList<>();
        model.decode(
                latents, pieces, Swap.OFF, runner, piece -> frames.add(workspace.download(piece)));
        return Map.of("sample", channelsFirst(HostLayout.joined(frames)));
    }
}
