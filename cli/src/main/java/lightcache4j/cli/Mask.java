package lightcache4j.cli;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.cli.media.ClipReader;
import lightcache4j.cli.media.Frame;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Elements;
import lightcache4j.weights.Safetensors;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Which pixels are made anew: 1 for those, 0 for what is kept, `[F, H, W]`.
final class Mask {
    private static final List<String> NAMES = List.of("mask_video", "mask");

    private Mask() {}

    /// All of them.
    static float[] everything(VideoSize size) {
        float[] anew = new float[size.frames() * size.width() * size.height()];
        Arrays.fill(anew, 1);
        return anew;
    }

    /// A picture for all frames or a clip, white where pixels are made anew; or a safetensors file
    /// with `mask_video` or `mask`, 0 to 255 or 0 to 1, one value for each pixel of the clip.
    ///
    /// @throws CannotRead if it is none of these, or too short
    static float[] read(Path file, VideoSize size) {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
            return tensor(file, size);
        }
        List<Frame> frames = ClipReader.readAll(file);
        if (frames.size() > 1) {
            Conditions.requireFrames(file, frames, size);
        }
        int pixels = size.width() * size.height();
        float[] anew = new float[size.frames() * pixels];
        for (int f = 0; f < size.frames(); f++) {
            float[] rgb = Conditions.resized(frames.get(Math.min(f, frames.size() - 1)), size);
            for (int i = 0; i < pixels; i++) {
                float mean = (rgb[3 * i] + rgb[3 * i + 1] + rgb[3 * i + 2]) / 3;
                anew[f * pixels + i] = mean >= 0.5f ? 1 : 0;
            }
        }
        return anew;
    }

    private static float[] tensor(Path path, VideoSize size) {
        try (Safetensors file = Safetensors.open(path)) {
            for (String name : NAMES) {
                if (file.tensors().containsKey(name)) {
                    return tensor(path, name, file.tensor(name), size);
                }
            }
        }
        throw new CannotRead(path, "has no tensor mask_video, wanted one");
    }

    private static float[] tensor(Path path, String name, Tensor tensor, VideoSize size) {
        if (tensor.size() != (long) size.frames() * size.height() * size.width()) {
            throw new CannotRead(
                    path,
                    "has %s %s, wanted [1, 1, %d, %d, %d]"
                            .formatted(name, tensor, size.frames(), size.height(), size.width()));
        }
        float[] anew = Elements.toFloats(tensor);
        float white = 1;
        for (float value : anew) {
            white = value > 1 ? 255 : white;
        }
        for (int i = 0; i < anew.length; i++) {
            anew[i] = anew[i] >= white / 2 ? 1 : 0;
        }
        return anew;
    }
}
