package lightcache4j.model.pipeline;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.util.Arrays;

/// What a checkpoint can be asked for. Says the nearest that it can take where it refuses.
record Requirements(EasyAnimatePipeline pipeline) {

    void check(Request request) {
        VideoSize size = request.size();
        int pixels =
                pipeline.vae().config().spatialCompression()
                        * pipeline.transformer().config().patchSize();
        multiple("width", size.width(), pixels);
        multiple("height", size.height(), pixels);
        frames(size.frames());
        numbers(size);
        sampling(request.sampling());
        latents(request);
        reference(request);
    }

    private static void multiple(String name, int is, int unit) {
        if (is < unit || is % unit != 0) {
            int near = Math.max(unit, Math.round((float) is / unit) * unit);
            throw new UnsuitableRequest(
                    "size: %s is %d, wanted a multiple of %d; the nearest is %d"
                            .formatted(name, is, unit, near));
        }
    }

    private void frames(int is) {
        int unit = pipeline.vae().config().temporalCompression();
        if (is < 1 || (is - 1) % unit != 0) {
            int near = Math.max(0, Math.round((is - 1f) / unit)) * unit + 1;
            throw new UnsuitableRequest(
                    "size: frames is %d, wanted one more than a multiple of %d; the nearest is %d"
                            .formatted(is, unit, near));
        }
    }

    /// A Java array holds fewer than 2^31 numbers; the noise is one, and so is each frame.
    private void numbers(VideoSize size) {
        double noise = 1;
        for (long length : noiseDims(size)) {
            noise *= length;
        }
        double frame = 3.0 * size.width() * size.height();
        if (Math.max(noise, frame) > Integer.MAX_VALUE) {
            throw new UnsuitableRequest(
                    "size: %d frames of %dx%d make %.3g latents, wanted fewer than 2^31, and so of samples in a frame; take fewer frames or a smaller size"
                            .formatted(size.frames(), size.width(), size.height(), noise));
        }
    }

    private long[] noiseDims(VideoSize size) {
        var vae = pipeline.vae().config();
        return new long[] {
            vae.latentChannels(),
            (size.frames() - 1) / vae.temporalCompression() + 1,
            size.height() / vae.spatialCompression(),
            size.width() / vae.spatialCompression()
        };
    }

    private static void sampling(Sampling s) {
        if (s.steps() < 1) {
            throw new UnsuitableRequest("steps: is " + s.steps() + ", wanted at least 1");
        }
        if (!Float.isFinite(s.guidance()) || s.guidance() < 0) {
            throw new UnsuitableRequest(
                    "guidance: is " + s.guidance() + ", wanted 0 or more; 1 is none");
        }
        if (!(s.guidanceRescale() >= 0 && s.guidanceRescale() <= 1)) {
            throw new UnsuitableRequest(
                    "guidance rescale: is " + s.guidanceRescale() + ", wanted 0 to 1");
        }
        if (s.maxSequenceLength() < 1) {
            throw new UnsuitableRequest(
                    "max sequence length: is " + s.maxSequenceLength() + ", wanted at least 1");
        }
    }

    private void latents(Request request) {
        Tensor latents = request.latents();
        if (latents == null) {
            return;
        }
        VideoSize size = request.size();
        Shape wanted = Shape.of(noiseDims(size));
        if (!latents.shape().equals(wanted)) {
            throw new UnsuitableRequest(
                    "latents: are %s, wanted %s for %d frames of %dx%d"
                            .formatted(
                                    latents.shape(),
                                    wanted,
                                    size.frames(),
                                    size.width(),
                                    size.height()));
        }
    }

    private static void reference(Request request) {
        Reference reference = request.reference();
        VideoSize size = request.size();
        if (reference == null) {
            return;
        }
        long[] wanted = {size.frames(), size.height(), size.width(), 3};
        if (!Arrays.equals(reference.video().shape().dims(), wanted)) {
            throw new UnsuitableRequest(
                    "reference: video is %s, wanted %s"
                            .formatted(reference.video().shape(), Arrays.toString(wanted)));
        }
        if ((int) (request.sampling().steps() * reference.strength()) < 1) {
            throw new UnsuitableRequest(
                    "strength: %s of %d steps is none, wanted at least one; raise --strength or --steps"
                            .formatted(reference.strength(), request.sampling().steps()));
        }
    }
}
