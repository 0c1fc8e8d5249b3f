package lightcache4j.model.pipeline;

import static lightcache4j.tensors.Arithmetic.add;
import static lightcache4j.tensors.Arithmetic.moments;
import static lightcache4j.tensors.Arithmetic.multiply;
import static lightcache4j.tensors.Arithmetic.subtract;

import lightcache4j.model.dit.Conditioning;
import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.layers.Rope3d;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Finite;
import lightcache4j.model.run.NumericFailure;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.Site;
import lightcache4j.model.schedule.Noise;
import lightcache4j.model.schedule.Schedule;
import lightcache4j.tensors.Layout;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

/// The loop from noise to latents, and what happens in one step of it.
///
/// @param transformer predicts the velocity from clip to noise
/// @param schedule the noise levels
/// @param rope where each token of the clip stands
/// @param prompt what the conditional branch is given
/// @param negative what the unconditional branch is given; null without guidance
/// @param sampling guidance and its rescaling
/// @param conditional how the conditional branch is run
/// @param unconditional how the unconditional branch is run
/// @param noise where a stochastic schedule draws from
record Denoising(
        EasyAnimateTransformer3DModel transformer,
        Schedule schedule,
        Rope3d rope,
        Conditioning prompt,
        @Nullable Conditioning negative,
        Sampling sampling,
        Session conditional,
        Session unconditional,
        Noise noise) {

    /// Runs all steps.
    ///
    /// @return latents `[f, h, w, C]`, owned by the current workspace
    Tensor run(Start start, Listener listener) {
        requireFinite(start.latents());
        Workspace loop = Workspace.current();
        Tensor latents = start.latents(); // [f, h, w, C]
        int total = schedule.steps() - start.firstStep();
        listener.progress(0, total);
        for (int i = start.firstStep(); i < schedule.steps(); i++) {
            Tensor before = latents;
            int step = i;
            try (Workspace inner = loop.open()) {
                latents = loop.adopt(inner.in(() -> step(step, before, start)), inner);
            }
            loop.free(before);
            listener.progress(i + 1 - start.firstStep(), total);
        }
        return latents;
    }

    private Tensor step(int i, Tensor latents, Start start) {
        Runner forPrompt = conditional.at(i - start.firstStep());
        Runner forNegative = unconditional.at(i - start.firstStep());
        Tensor velocity = predict(i, latents, forPrompt, forNegative); // [f, h, w, C]
        Tensor next = schedule.step(i, velocity, latents, () -> like(latents));
        if (!moments(next).finite()) {
            Runner guarded = new Finite("denoise, step " + (i + 1), new Scoped(Runner.PLAIN));
            predict(i, latents, guarded, guarded);
            throw new NumericFailure(
                    "denoise, step %d: latents are NaN or infinite, wanted finite ones; every site was finite when the step was computed again without --cache"
                            .formatted(i + 1));
        }
        return keep(i, next, start);
    }

    /// The velocity at step `i`, with guidance.
    private Tensor predict(int i, Tensor latents, Runner forPrompt, Runner forNegative) {
        float t = schedule.timestep(i);
        Tensor c = velocity(latents, t, prompt, forPrompt); // [f, h, w, C]
        if (negative == null) {
            return c;
        }
        Tensor u = velocity(latents, t, negative, forNegative); // [f, h, w, C]
        Tensor g = Guidance.guide(u, c, sampling.guidance()); // [f, h, w, C]
        float phi = sampling.guidanceRescale();
        return phi > 0 ? Guidance.rescale(g, c, phi) : g;
    }

    private Tensor velocity(Tensor latents, float t, Conditioning c, Runner runner) {
        return runner.run(
                        Site.MODEL,
                        Features.of(latents),
                        x -> Features.of(transformer.forward(x.video(), t, c, rope, runner)))
                .video();
    }

    /// Puts back what the mask keeps, at the noise level that the next step expects.
    private Tensor keep(int i, Tensor latents, Start start) {
        Start.Kept kept = start.kept();
        if (kept == null) {
            return latents;
        }
        boolean last = i == schedule.steps() - 1;
        Tensor original =
                last ? kept.latents() : schedule.scaleNoise(kept.latents(), i + 1, start.noise());
        return add(original, multiply(subtract(latents, original), kept.mask()));
    }

    /// A further draw for a stochastic schedule, in the order of elements of `[C, f, h, w]`.
    private Tensor like(Tensor x) {
        Tensor draw = noise.normal(x.dim(3), x.dim(0), x.dim(1), x.dim(2));
        return Layout.channelsLast(Workspace.current().upload(draw));
    }

    private static void requireFinite(Tensor latents) {
        if (!moments(latents).finite()) {
            throw new NumericFailure(
                    "denoise, step 0: initial latents are NaN or infinite, wanted finite ones; look"
                            + " at --latents");
        }
    }
}
