package lightcache4j.cli.media;

import lightcache4j.weights.UnwritableFile;
import lightcache4j.weights.WholeFile;

import java.nio.file.Path;

/// Writes a clip frame by frame. Nothing is seen under the wanted name before [#finish]; closed
/// without it, nothing stays.
public interface ClipWriter extends AutoCloseable {
    /// The next frame; all are of one size.
    ///
    /// @throws UnwritableFile if it cannot be written
    void accept(Frame frame);

    /// Completes the clip and puts it in its place.
    ///
    /// @return where it is: a file, or the first of several
    Path finish();

    @Override
    void close();

    /// What is to be written.
    ///
    /// @param width pixels across
    /// @param height pixels down
    /// @param frames how many there will be
    /// @param framesPerSecond how fast they are shown
    record Plan(int width, int height, int frames, int framesPerSecond) {}

    /// A writer of the format that the name asks for. Whether the place can be written to is known
    /// when this returns.
    ///
    /// @throws UnwritableFile if it cannot, or the format cannot hold such a clip
    static ClipWriter open(Path path, Plan plan) {
        return switch (ClipFormat.of(path)) {
            case GIF -> new GifWriter(path, WholeFile.create(path), plan);
            case MP4 -> Mp4Writer.begin(path, plan);
            case PNG -> PngWriter.begin(path);
            case SAFETENSORS -> TensorWriter.begin(path, plan);
        };
    }
}
