package lightcache4j.model.pipeline;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;

/// A clip to start from, and which of its pixels to make anew: image-to-video keeps the first
/// frame, inpainting keeps what lies outside the mask.
///
/// @param video `[F, H, W, 3]` in 0 to 1, in host memory
/// @param mask `[F, H, W]` in host memory: 1 where a pixel is generated, 0 where it is kept
/// @param strength how much of the noise schedule is run, above 0 to 1; below 1 the clip itself is
///   noised and denoised
/// @param noiseAugmentation deviation of the noise laid over the kept pixels, for checkpoints
///   trained so
public record Reference(Tensor video, Tensor mask, float strength, float noiseAugmentation) {

    /// What diffusers uses where nothing is asked for.
    public static final float NOISE_AUGMENTATION = 0.0563f;

    public Reference {
        if (video.shape().rank() != 4 || video.dim(3) != 3 || video.dtype() != DType.F32) {
            throw new ShapeMismatch(
                    "reference", "video is " + video + ", wanted F32 [frames, height, width, 3]");
        }
        if (mask.shape().rank() != 3
                || mask.size() * 3 != video.size()
                || mask.dim(0) != video.dim(0)
                || mask.dim(1) != video.dim(1)) {
            throw new ShapeMismatch(
                    "reference",
                    "mask is %s, wanted one value for each pixel of the video %s"
                            .formatted(mask.shape(), video.shape()));
        }
        if (!(strength > 0 && strength <= 1)) {
            throw new ShapeMismatch(
                    "reference", "strength is " + strength + ", wanted above 0 to 1");
        }
    }

    /// The first frame is kept, all others are generated.
    ///
    /// @param image `[H, W, 3]` in 0 to 1
    public static Reference firstFrame(Tensor image, int frames) {
        int pixels = Math.toIntExact(image.dim(0) * image.dim(1));
        float[] still = image.toFloats();
        float[] video = new float[Math.multiplyExact(frames, still.length)];
        float[] mask = new float[Math.multiplyExact(frames, pixels)];
        for (int f = 0; f < frames; f++) {
            System.arraycopy(still, 0, video, f * still.length, still.length);
            java.util.Arrays.fill(mask, f * pixels, (f + 1) * pixels, f == 0 ? 0 : 1);
        }
        return new Reference(
                Tensor.of(video, frames, image.dim(0), image.dim(1), 3),
                Tensor.of(mask, frames, image.dim(0), image.dim(1)),
                1,
                NOISE_AUGMENTATION);
    }

    /// Whether every pixel is to be made anew.
    boolean keepsNothing() {
        for (float value : mask.toFloats()) {
            if (value < 0.5f) {
                return false;
            }
        }
        return true;
    }
}
