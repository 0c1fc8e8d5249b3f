package lightcache4j.cli.media;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads a clip frame by frame.
public interface ClipReader extends AutoCloseable {
    /// The next frame; empty after the last.
    ///
    /// @throws CannotRead if what comes next is damaged
    Optional<Frame> next();

    @Override
    void close();

    /// A reader of a `.gif`, an `.mp4`, a `.safetensors` with `frames` or `sample` `[F, H, W, 3]`,
    /// a picture, or a folder of pictures (in the order of their names).
    ///
    /// @throws CannotRead if it is none of these
    static ClipReader open(Path path) {
        if (Files.isDirectory(path)) {
            return PictureReader.folder(path);
        }
        if (!Files.exists(path)) {
            throw new CannotRead(path, "does not exist, wanted a clip or a folder of pictures");
        }
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".gif")) {
            return GifReader.open(path);
        }
        if (name.endsWith(".mp4")) {
            return Mp4Reader.open(path);
        }
        if (name.endsWith(".safetensors")) {
            return TensorReader.open(path);
        }
        return PictureReader.single(path);
    }

    /// All frames of a short clip.
    ///
    /// @throws CannotRead if it has none, or they differ in size
    static List<Frame> readAll(Path path) {
        List<Frame> frames = new ArrayList<>();
        try (ClipReader reader = open(path)) {
            for (Optional<Frame> next = reader.next(); next.isPresent(); next = reader.next()) {
                frames.add(next.get());
            }
        }
        if (frames.isEmpty()) {
            throw new CannotRead(path, "has no frames, wanted at least one");
        }
        Frame first = frames.getFirst();
        for (Frame frame : frames) {
            if (frame.width() != first.width() || frame.height() != first.height()) {
                throw new CannotRead(
                        path, "has frames of %s and %s, wanted one size".formatted(first, frame));
            }
        }
        return frames;
    }
}
