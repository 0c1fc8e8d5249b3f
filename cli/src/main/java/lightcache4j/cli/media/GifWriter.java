package lightcache4j.cli.media;

import lightcache4j.weights.WholeFile;

import org.w3c.dom.Element;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

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

    /// What browsers and players take for "repeat": block 1, then how often, 0 for ever.
    private static final byte[] REPEAT_FOREVER = {1, 0, 0};

    private final Path path;
    private final WholeFile file;
    private final Plan plan;
    private final ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    private final ImageOutputStream out;
    private final byte[] drawn;
    private int frames;

    GifWriter(Path path, WholeFile file, Plan plan) {
        this.path = path;
        this.file = file;
        this.plan = plan;
        this.out = new MemoryCacheImageOutputStream(file.stream());
        this.drawn = new byte[3 * plan.width() * plan.height()];
        writer.setOutput(out);
        try {
            writer.prepareWriteSequence(null);
        } catch (IOException e) {
            close();
            throw Failures.unwritable(path, e);
        }
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
        BufferedImage image = picture(box, palette, indices);
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(
                        ImageTypeSpecifier.createFromRenderedImage(image), null);
        Element root = (Element) metadata.getAsTree(GifReader.IMAGE);
        Element place = GifReader.element(root, "ImageDescriptor");
        place.setAttribute("imageLeftPosition", String.valueOf(box.left()));
        place.setAttribute("imageTopPosition", String.valueOf(box.top()));
        place.setAttribute("interlaceFlag", "FALSE");
        Element control = GifReader.element(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("delayTime", String.valueOf(delay()));
        if (frames == 0) {
            root.appendChild(repetition());
        }
        metadata.setFromTree(GifReader.IMAGE, root);
        writer.writeToSequence(new IIOImage(image, null, metadata), null);
        out.flush();
    }

    private static BufferedImage picture(Box box, Palette palette, byte[] indices) {
        int colours = 1 + palette.size();
        int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(colours - 1));
        byte[] table = new byte[3 * colours];
        System.arraycopy(palette.table(), 0, table, 3, table.length - 3);
        var model = new IndexColorModel(bits, colours, table, 0, false, KEEP);
        var image =
                new BufferedImage(
                        box.width(), box.height(), BufferedImage.TYPE_BYTE_INDEXED, model);
        image.getRaster().setDataElements(0, 0, box.width(), box.height(), indices);
        return image;
    }

    private static IIOMetadataNode repetition() {
        var repetition = new IIOMetadataNode("ApplicationExtension");
        repetition.setAttribute("applicationID", "NETSCAPE");
        repetition.setAttribute("authenticationCode", "2.0");
        repetition.setUserObject(REPEAT_FOREVER);
        var all = new IIOMetadataNode("ApplicationExtensions");
        all.appendChild(repetition);
        return all;
    }

    /// Hundredths of a second until the next frame, so that the sum keeps to the rate.
    private int delay() {
        int rate = plan.framesPerSecond();
        return Math.round(100f * (frames + 1) / rate) - Math.round(100f * frames / rate);
    }

    @Override
    public Path finish() {
        try {
            writer.endWriteSequence();
            out.flush();
        } catch (IOException e) {
            throw Failures.unwritable(path, e);
        }
        file.commit();
        return path;
    }

    @Override
    public void close() {
        writer.dispose();
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
