package lightcache4j.cli;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.cli.media.ClipReader;
import lightcache4j.cli.media.Frame;
import lightcache4j.model.pipeline.BicubicResize;
import lightcache4j.model.pipeline.Reference;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Pictures and clips to start from. Everything is brought to the size of the clip to be made, as
/// diffusers does it: 8 bits a sample, resized like Pillow.
final class Conditions {
    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "Image to video: the first frame, a picture (.png, .jpg).")
    private @Nullable Path image;

    @Option(
            names = "--last-image",
            paramLabel = "FILE",
            description = "The last frame, with --image.")
    private @Nullable Path lastImage;

    @Option(
            names = "--video",
            paramLabel = "FILE",
            description =
                    "Inpainting: the clip to start from (.gif, .mp4, .safetensors, a folder of "
                            + "pictures), at least as many frames as are made.")
    private @Nullable Path video;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description =
                    "With --video: white where pixels are made anew, black where they are kept; "
                            + "one picture for all frames, or a clip, or a .safetensors with "
                            + "mask_video. All anew if not given.")
    private @Nullable Path mask;

    @Option(
            names = "--strength",
            paramLabel = "X",
            description =
                    "With --video: how much of the schedule is run, above 0 to 1; below 1 the clip "
                            + "itself is noised and denoised. (default: ${DEFAULT-VALUE})")
    private float strength = 1;

    @Option(
            names = "--noise-augmentation",
            paramLabel = "X",
            description =
                    "Deviation of the noise over what is kept, for checkpoints trained so. "
                            + "(default: ${DEFAULT-VALUE})")
    private float noiseAugmentation = Reference.NOISE_AUGMENTATION;

    /// What to start from; null for text to video.
    ///
    /// @throws UsageFailure if options do not go together
    /// @throws CannotRead if a file is not what it should be
    @Nullable Reference reference(VideoSize size) {
        requireTogether();
        if (image != null) {
            return between(image, size);
        }
        return video == null ? null : clip(video, size);
    }

    private void requireTogether() {
        if (image != null && video != null) {
            throw new UsageFailure("reference: --image and --video are given, wanted one of them");
        }
        if (lastImage != null && image == null) {
            throw new UsageFailure("reference: --last-image is given, wanted --image as well");
        }
        if (mask != null && video == null) {
            throw new UsageFailure("reference: --mask is given, wanted --video as well");
        }
    }

    private Reference between(Path first, VideoSize size) {
        int pixels = size.width() * size.height();
        float[] start = resized(picture(first), size);
        float[] clip = new float[Math.multiplyExact(size.frames(), start.length)];
        float[] anew = new float[size.frames() * pixels];
        Arrays.fill(anew, pixels, anew.length, 1);
        for (int f = 0; f < size.frames(); f++) {
            System.arraycopy(start, 0, clip, f * start.length, start.length);
        }
        if (lastImage != null) {
            int last = size.frames() - 1;
            float[] end = resized(picture(lastImage), size);
            System.arraycopy(end, 0, clip, last * end.length, end.length);
            Arrays.fill(anew, last * pixels, anew.length, 0);
        }
        return reference(clip, anew, size);
    }

    private static Frame picture(Path file) {
        return ClipReader.readAll(file).getFirst();
    }

    private Reference clip(Path file, VideoSize size) {
        List<Frame> frames = ClipReader.readAll(file);
        requireFrames(file, frames, size);
        int pixels = size.width() * size.height();
        float[] clip = new float[Math.multiplyExact(size.frames(), 3 * pixels)];
        for (int f = 0; f < size.frames(); f++) {
            System.arraycopy(resized(frames.get(f), size), 0, clip, f * 3 * pixels, 3 * pixels);
        }
        return reference(clip, mask == null ? Mask.everything(size) : Mask.read(mask, size), size);
    }

    static void requireFrames(Path file, List<Frame> frames, VideoSize size) {
        if (frames.size() < size.frames()) {
            throw new CannotRead(
                    file,
                    "has %d frames, wanted %d; lower --frames"
                            .formatted(frames.size(), size.frames()));
        }
    }

    private Reference reference(float[] clip, float[] anew, VideoSize size) {
        return new Reference(
                Tensor.of(clip, size.frames(), size.height(), size.width(), 3),
                Tensor.of(anew, size.frames(), size.height(), size.width()),
                strength,
                noiseAugmentation);
    }

    /// The samples of a frame at the wanted size; a frame that has it keeps every bit.
    static float[] resized(Frame frame, VideoSize size) {
        if (frame.width() == size.width() && frame.height() == size.height()) {
            return frame.rgb();
        }
        byte[] bytes =
                BicubicResize.resize(
                        frame.rgb8(),
                        frame.height(),
                        frame.width(),
                        3,
                        size.height(),
                        size.width());
        float[] rgb = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            rgb[i] = (bytes[i] & 0xff) / 255f;
        }
        return rgb;
    }
}
