package lightcache4j.model.pipeline;

import static lightcache4j.tensors.Arithmetic.scale;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.schedule.Noise;
import lightcache4j.model.schedule.Schedule;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.model.vae.Pieces;
import lightcache4j.model.vae.Posterior;
import lightcache4j.tensors.Layout;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// From a reference clip and its mask to what the transformer is given
/// (`EasyAnimateInpaintPipeline`).
///
/// A checkpoint with more input channels than the autoencoder has takes mask and kept latents
/// beside its own latents, and learnt what to do with them. One without has the kept latents put
/// back after every step.
///
/// Shapes: `F` frames of `H` × `W` pixels, `f` latent frames of `h` × `w`, `C` latent channels.
///
/// @param vae turns pixels to latents
/// @param takesMask whether the transformer has channels for mask and kept latents
/// @param rule how the checkpoint was taught to see masks
/// @param runner runs the autoencoder
/// @param apart whether frames go through it one at a time where they can
/// @param swap where frames go that its layers look back at
record Inpainting(
        AutoencoderKLMagvit vae,
        boolean takesMask,
        InpaintRule rule,
        Runner runner,
        boolean apart,
        Swap swap) {

    /// Everything that denoising begins with. Results belong to the current workspace.
    ///
    /// @param reference the clip; null for text to video
    /// @param noise `[f, h, w, C]`
    /// @param draws the stream that `noise` came from
    Start start(@Nullable Reference reference, Tensor noise, Noise draws, Schedule schedule) {
        if (reference == null) {
            return new Start(0, noise, noise, takesMask ? emptyInpaint(noise) : null, null);
        }
        int first = firstStep(schedule.steps(), reference.strength());
        Tensor latents = noise;
        if (first > 0) {
            latents = schedule.scaleNoise(encode(signed(reference.video())), first, noise);
        }
        if (!takesMask) {
            Start.Kept kept =
                    new Start.Kept(encode(signed(reference.video())), keepMask(reference, noise));
            return new Start(first, noise, latents, null, kept);
        }
        boolean all = reference.keepsNothing();
        Tensor inpaint = all ? emptyInpaint(noise) : inpaint(reference, noise, draws);
        return new Start(first, noise, latents, inpaint, null);
    }

    /// The step to begin at so that `strength` of the schedule is run.
    private static int firstStep(int steps, float strength) {
        return Math.max(steps - Math.min((int) (steps * strength), steps), 0);
    }

    private Tensor inpaint(Reference reference, Tensor noise, Noise draws) {
        Tensor kept = keptPixels(reference, draws); // [F, H, W, 3]
        Tensor mask =
                rule.resizesMask()
                        ? resized(reference.mask(), noise)
                        : encode(threeTimes(reference.mask()));
        return Layout.concat(3, mask, encode(kept)); // [f, h, w, M + C]
    }

    /// Nothing is kept: zeros, which such checkpoints take for text to video.
    private Tensor emptyInpaint(Tensor noise) {
        long channels = noise.dim(3) + (rule.resizesMask() ? 1 : noise.dim(3));
        return zeros(noise.shape().with(3, channels));
    }

    private Posterior coded(Tensor video) {
        Pieces pieces = Pieces.DEFAULT.apart(apart);
        return vae.encode(video, pieces, swap, runner);
    }

    /// Latents of a clip in −1 to 1: `[F, H, W, 3]` to `[f, h, w, C]`, the posterior's mode,
    /// scaled.
    private Tensor encode(Tensor video) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            Tensor latents =
                    inner.in(
                            () -> {
                                Tensor mode = coded(inner.upload(video)).mode();
                                return scale(mode, (float) vae.config().scalingFactor());
                            });
            return outer.adopt(latents, inner);
        }
    }

    /// The clip in −1 to 1 where the mask keeps it, with a little noise where the checkpoint wants
    /// it; −1 elsewhere.
    private Tensor keptPixels(Reference reference, Noise draws) {
        Shape shape = reference.video().shape();
        float[] pixels = signed(reference.video()).toFloats();
        float[] mask = reference.mask().toFloats();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = mask[i / 3] < 0.5f ? pixels[i] : -1;
        }
        if (rule.addsNoise()) {
            addNoise(pixels, shape, draws, reference.noiseAugmentation());
        }
        return Tensor.of(pixels, shape.dims());
    }

    /// Adds normal noise, drawn in the order of `[3, F, H, W]`, where a sample is not exactly −1.
    private static void addNoise(float[] pixels, Shape shape, Noise draws, float deviation) {
        int positions = pixels.length / 3;
        float[] noise = draws.normal(3, shape.dim(0), shape.dim(1), shape.dim(2)).toFloats();
        for (int p = 0; p < positions; p++) {
            for (int c = 0; c < 3; c++) {
                if (pixels[p * 3 + c] != -1) {
                    pixels[p * 3 + c] += noise[c * positions + p] * deviation;
                }
            }
        }
    }

    /// The mask at the latents' size, 1 where kept: `[f, h, w, 1]`, scaled as latents are.
    private Tensor resized(Tensor mask, Tensor latents) {
        int f = latents.shape().length(0);
        int h = latents.shape().length(1);
        int w = latents.shape().length(2);
        Tensor keep = inverted(mask); // [F, H, W]
        float[] small;
        if (!rule.firstFrameAlone()) {
            small = Interpolation.trilinear(keep, f, h, w, false).toFloats();
        } else {
            small =
                    Arrays.copyOf(
                            Interpolation.trilinear(keep.rows(0, 1), 1, h, w, false).toFloats(),
                            f * h * w);
            if (f > 1) {
                float[] rest =
                        Interpolation.trilinear(keep.rows(1, keep.dim(0)), f - 1, h, w, false)
                                .toFloats();
                System.arraycopy(rest, 0, small, h * w, rest.length);
            }
        }
        Tensor host = Tensor.of(small, f, h, w, 1);
        return scale(Workspace.current().upload(host), (float) vae.config().scalingFactor());
    }

    /// The mask at the latents' size, 1 where generated, for every channel: `[f, h, w, C]`.
    private static Tensor keepMask(Reference reference, Tensor latents) {
        Shape shape = latents.shape();
        Tensor small =
                Interpolation.trilinear(
                        binary(reference.mask()),
                        shape.length(0),
                        shape.length(1),
                        shape.length(2),
                        true);
        int channels = shape.length(3);
        float[] one = small.toFloats();
        float[] each = new float[one.length * channels];
        for (int i = 0; i < each.length; i++) {
            each[i] = one[i / channels];
        }
        return Workspace.current().upload(Tensor.of(each, shape.dims()));
    }

    private static Tensor signed(Tensor video) {
        float[] values = video.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * values[i] - 1;
        }
        return Tensor.of(values, video.shape().dims());
    }

    private static Tensor binary(Tensor mask) {
        float[] values = mask.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] < 0.5f ? 0 : 1;
        }
        return Tensor.of(values, mask.shape().dims());
    }

    private static Tensor inverted(Tensor mask) {
        float[] values = binary(mask).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 - values[i];
        }
        return Tensor.of(values, mask.shape().dims());
    }

    private static Tensor threeTimes(Tensor mask) {
        float[] one = binary(mask).toFloats();
        float[] three = new float[one.length * 3];
        for (int i = 0; i < three.length; i++) {
            three[i] = one[i / 3];
        }
        return Tensor.of(three, mask.dim(0), mask.dim(1), mask.dim(2), 3);
    }

    private static Tensor zeros(Shape shape) {
        Tensor host = Tensor.of(new float[Math.toIntExact(shape.size())], shape.dims());
        return Workspace.current().upload(host);
    }
}
