package lightcache4j.cli.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

/// Pictures as frames: every format that Java's ImageIO knows (PNG, JPEG, BMP, …).
final class PictureReader implements ClipReader {
    private final Deque<Path> left;

    private PictureReader(List<Path> pictures) {
        this.left = new ArrayDeque<>(pictures);
    }

    static PictureReader single(Path picture) {
        return new PictureReader(List.of(picture));
    }

    static PictureReader folder(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> pictures = files.filter(PictureReader::isPicture).sorted().toList();
            if (pictures.isEmpty()) {
                throw new CannotRead(folder, "has no pictures, wanted .png or .jpg files");
            }
            return new PictureReader(pictures);
        } catch (IOException e) {
            throw new CannotRead(folder, e);
        }
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        boolean known =
                name.endsWith(".png")
                        || name.endsWith(".jpg")
                        || name.endsWith(".jpeg")
                        || name.endsWith(".bmp");
        return known && !name.startsWith(".");
    }

    @Override
    public Optional<Frame> next() {
        if (left.isEmpty()) {
            return Optional.empty();
        }
        Path picture = left.removeFirst();
        try {
            BufferedImage image = ImageIO.read(picture.toFile());
            if (image == null) {
                throw new CannotRead(picture, "is no picture of a known kind, wanted PNG or JPEG");
            }
            return Optional.of(Frame.of(image));
        } catch (IOException e) {
            throw new CannotRead(picture, e);
        }
    }

    @Override
    public void close() {
        left.clear();
    }
}
