package lightcache4j.cli.media;

import lightcache4j.weights.UnwritableFile;

import java.nio.file.Path;
import java.util.Locale;

/// The kinds of file that a clip can be written to, told by the ending of the name.
public enum ClipFormat {
    /// An animation that repeats, 256 colours a frame.
    GIF(".gif"),
    /// H.264 in MP4.
    MP4(".mp4"),
    /// One picture a frame, without loss at 8 bits.
    PNG(".png"),
    /// The numbers themselves: `frames`, float32 `[F, H, W, 3]`.
    SAFETENSORS(".safetensors");

    private final String ending;

    ClipFormat(String ending) {
        this.ending = ending;
    }

    /// The format that a name asks for.
    ///
    /// @throws UnwritableFile if it asks for none
    public static ClipFormat of(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        for (ClipFormat format : values()) {
            if (name.endsWith(format.ending)) {
                return format;
            }
        }
        throw new UnwritableFile(
                path, "has an unknown ending, wanted .gif, .mp4, .png (frames) or .safetensors");
    }
}
