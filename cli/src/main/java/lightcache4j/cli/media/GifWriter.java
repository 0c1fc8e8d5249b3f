package lightcache4j.cli.media;

import lightcache4j.weights.WholeFile;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A clip as an animated GIF that repeats.
///
/// Each frame has a palette of its own, so 255 colours serve one picture, not the clip. Pixels
/// whose colour has not moved since they were last drawn are left as they are: a still background
/// does not flicker with the dither, and the file is small.
final class GifWriter implements ClipWriter {
    /// The palette entry that leaves a pixel as it is.
    private static final int KEEP = 0;

    /// How far a sample may drift, of 255, before its pixel is drawn again.
    private static final int STILL = 2;

    private static final int REPEAT_FOREVER = 0;
    private static final int LEAVE_IN_PLACE = 1 << 2;
    private static final int HAS_KEEP = 1;

    private final Path path;
    private final WholeFile file;
    private final Plan plan;
    private final OutputStream out;
    private final byte[] drawn;
    private int frames;

    GifWriter(Path path, WholeFile file, Plan plan) {
        this.path = path;
        this.file = file;
        this.plan = plan;
        this.out = new BufferedOutputStream(file.stream());
        this.drawn = new byte[3 * plan.width() * plan.height()];
        try {
            writeHeader();
        } catch (IOException e) {
            file.close();
            throw Failures.unwritable(path, e);
        }
    }

    private void writeHeader() throws IOException {
        out.write("GIF89a".getBytes(StandardCharsets.US_ASCII));
        writeShort(plan.width());
        writeShort(plan.height());
        out.write(new byte[] {0x70, 0, 0}); // 8 bits a sample, no palette for all frames
        out.write(new byte[] {0x21, (byte) 0xff, 11});
        out.write("NETSCAPE2.0".getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[] {3, 1, REPEAT_FOREVER, REPEAT_FOREVER, 0});
    }

    @Override
    public void accept(Frame frame) {
        byte[] rgb = frame.rgb8();
        boolean[] moved = moved(rgb);
        Box box = Box.around(moved, plan.width());
        byte[] part = box.cut(rgb, plan.width());
        boolean[] mask = box.cut(moved, plan.width());
        Palette palette = Palette.of(part, mask, 255);
        byte[] indices = Dither.apply(part, mask, box.width(), palette);
        try {
            writeFrame(box, palette, indices);
        } catch (IOException e) {
            throw Failures.unwritable(path, e);
        }
        frames++;
    }

    /// Which pixels to draw; those are noted as drawn.
    private boolean[] moved(byte[] rgb) {
        boolean[] moved = new boolean[rgb.length / 3];
        for (int i = 0; i < moved.length; i++) {
            int most = 0;
            for (int c = 3 * i; c < 3 * i + 3; c++) {
                most = Math.max(most, Math.abs((rgb[c] & 0xff) - (drawn[c] & 0xff)));
            }
            if (frames == 0 || most > STILL) {
                moved[i] = true;
                System.arraycopy(rgb, 3 * i, drawn, 3 * i, 3);
            }
        }
        return moved;
    }

    private void writeFrame(Box box, Palette palette, byte[] indices) throws IOException {
        int bits = Math.max(2, 32 - Integer.numberOfLeadingZeros(palette.size()));
        out.write(new byte[] {0x21, (byte) 0xf9, 4, LEAVE_IN_PLACE | HAS_KEEP});
        writeShort(delay());
        out.write(new byte[] {KEEP, 0});
        out.write(0x2c);
        writeShort(box.left());
        writeShort(box.top());
        writeShort(box.width());
        writeShort(box.height());
        out.write(0x80 | bits - 1);
        byte[] table = Arrays.copyOf(new byte[3], 3 << bits);
        System.arraycopy(palette.table(), 0, table, 3, palette.table().length);
        out.write(table);
        GifLzw.write(out, indices, bits);
    }

    /// Hundredths of a second until the next frame, so that the sum keeps to the rate.
    private int delay() {
        int rate = plan.framesPerSecond();
        return Math.round(100f * (frames + 1) / rate) - Math.round(100f * frames / rate);
    }

    private void writeShort(int value) throws IOException {
        out.write(value);
        out.write(value >> 8);
    }

    @Override
    public Path finish() {
        try {
            out.write(0x3b);
            out.flush();
        } catch (IOException e) {
            throw Failures.unwritable(path, e);
        }
        file.commit();
        return path;
    }

    @Override
    public void close() {
        file.close();
    }

    /// The smallest rectangle around what moved; one pixel if nothing did.
    private record Box(int left, int top, int width, int height) {

        static Box around(boolean[] moved, int across) {
            int left = across;
            int right = -1;
            int top = -1;
            int bottom = -1;
            for (int i = 0; i < moved.length; i++) {
                if (moved[i]) {
                    left = Math.min(left, i % across);
                    right = Math.max(right, i % across);
                    top = top < 0 ? i / across : top;
                    bottom = i / across;
                }
            }
            return right < 0
                    ? new Box(0, 0, 1, 1)
                    : new Box(left, top, right - left + 1, bottom - top + 1);
        }

        byte[] cut(byte[] rgb, int across) {
            byte[] part = new byte[3 * width * height];
            for (int y = 0; y < height; y++) {
                int from = 3 * ((top + y) * across + left);
                System.arraycopy(rgb, from, part, 3 * y * width, 3 * width);
            }
            return part;
        }

        boolean[] cut(boolean[] mask, int across) {
            boolean[] part = new boolean[width * height];
            for (int y = 0; y < height; y++) {
                System.arraycopy(mask, (top + y) * across + left, part, y * width, width);
            }
            return part;
        }
    }
}
