package lightcache4j.cli.ablate;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.cli.media.ClipWriter;
import lightcache4j.cli.media.Frame;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import javax.imageio.ImageIO;

/// What a page shows of a row.
///
/// @param row its name
/// @param digest of the frames' exact samples: clips with equal ones are the same
/// @param width of the pictures in pixels
/// @param height of the pictures in pixels
/// @param gif the clip, as a data URI
/// @param still its middle frame, as a data URI of a PNG, for who wants nothing to move
/// @param trace its memory over time; null where it was not watched
record Exhibit(
        String row,
        String digest,
        int width,
        int height,
        String gif,
        String still,
        @Nullable MemoryTrace trace) {
    private static final int LARGEST_SIDE = 256;
    private static final int FRAMES_PER_SECOND = 8;

    static Exhibit of(String row, List<Frame> frames) {
        List<Frame> small = frames.stream().map(Exhibit::reduced).toList();
        Frame middle = small.get(small.size() / 2);
        return new Exhibit(
                row,
                digest(frames),
                middle.width(),
                middle.height(),
                data("image/gif", gif(small)),
                data("image/png", png(middle)),
                null);
    }

    /// The same, watched.
    Exhibit with(MemoryTrace watched) {
        return new Exhibit(row, digest, width, height, gif, still, watched);
    }

    /// The frame at a whole fraction of its size, so that a page stays small: means over squares.
    private static Frame reduced(Frame frame) {
        int by = (Math.max(frame.width(), frame.height()) + LARGEST_SIDE - 1) / LARGEST_SIDE;
        if (by <= 1) {
            return frame;
        }
        int width = frame.width() / by;
        int height = frame.height() / by;
        float[] rgb = new float[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width * by;
            int y = i / 3 / width * by;
            double sum = 0;
            for (int k = 0; k < by * by; k++) {
                int pixel = (y + k / by) * frame.width() + x + k % by;
                sum += frame.rgb()[3 * pixel + i % 3];
            }
            rgb[i] = (float) (sum / (by * by));
        }
        return new Frame(width, height, rgb);
    }

    private static byte[] gif(List<Frame> frames) {
        Path file = Path.of("");
        try {
            file = Files.createTempFile("lightcache4j", ".gif");
            Frame first = frames.getFirst();
            var plan =
                    new ClipWriter.Plan(
                            first.width(), first.height(), frames.size(), FRAMES_PER_SECOND);
            try (ClipWriter writer = ClipWriter.open(file, plan)) {
                frames.forEach(writer::accept);
                writer.finish();
            }
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new CannotRead(file, e);
        }
    }

    private static String data(String type, byte[] bytes) {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] png(Frame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(frame.image(), "png", bytes);
        } catch (IOException e) {
            throw new IllegalStateException("exhibit: memory cannot be written to", e);
        }
        return bytes.toByteArray();
    }

    private static String digest(List<Frame> frames) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Frame frame : frames) {
                ByteBuffer samples = ByteBuffer.allocate(Float.BYTES * frame.rgb().length);
                samples.asFloatBuffer().put(frame.rgb());
                digest.update(samples);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("exhibit: every JVM has SHA-256", e);
        }
    }
}
