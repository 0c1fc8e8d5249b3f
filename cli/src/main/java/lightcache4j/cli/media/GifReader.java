package lightcache4j.cli.media;

import org.w3c.dom.Element;
import org.w3c.dom.Node;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;

/// Frames of an animated GIF as they are shown: each drawn over what the ones before it left.
final class GifReader implements ClipReader {
    private static final String SCREEN = "javax_imageio_gif_stream_1.0";

    /// What the JDK calls the metadata of one picture.
    static final String IMAGE = "javax_imageio_gif_image_1.0";

    private final Path path;
    private final ImageReader reader;
    private final ImageInputStream input;
    private final BufferedImage canvas;
    private int index;
    private Runnable clear = () -> {};

    private GifReader(Path path, ImageReader reader, ImageInputStream input) throws IOException {
        this.path = path;
        this.reader = reader;
        this.input = input;
        reader.setInput(input);
        Element screen =
                element(reader.getStreamMetadata().getAsTree(SCREEN), "LogicalScreenDescriptor");
        this.canvas =
                new BufferedImage(
                        number(screen, "logicalScreenWidth"),
                        number(screen, "logicalScreenHeight"),
                        BufferedImage.TYPE_INT_ARGB);
    }

    static GifReader open(Path path) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try {
            return new GifReader(path, reader, ImageIO.createImageInputStream(path.toFile()));
        } catch (IOException | RuntimeException e) {
            reader.dispose();
            throw new CannotRead(path, e);
        }
    }

    /// The part of that name of a metadata tree.
    ///
    /// @throws IllegalArgumentException if there is none
    static Element element(Node root, String name) {
        for (Node n = root.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element element && name.equals(n.getNodeName())) {
                return element;
            }
        }
        throw new IllegalArgumentException("no " + name);
    }

    private static int number(Element element, String attribute) {
        return Integer.parseInt(element.getAttribute(attribute));
    }

    @Override
    public Optional<Frame> next() {
        try {
            BufferedImage part = reader.read(index);
            IIOMetadata metadata = reader.getImageMetadata(index);
            index++;
            draw(part, metadata);
            return Optional.of(Frame.of(canvas));
        } catch (IndexOutOfBoundsException _) {
            if (index == 0) {
                throw new CannotRead(path, "has no frames, wanted an animation");
            }
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotRead(path, e);
        }
    }

    private void draw(BufferedImage part, IIOMetadata metadata) {
        clear.run();
        Node root = metadata.getAsTree(IMAGE);
        Element place = element(root, "ImageDescriptor");
        int left = number(place, "imageLeftPosition");
        int top = number(place, "imageTopPosition");
        String disposal = element(root, "GraphicControlExtension").getAttribute("disposalMethod");
        clear =
                switch (disposal) {
                    case "restoreToBackgroundColor" ->
                            () -> blank(left, top, part.getWidth(), part.getHeight());
                    case "restoreToPrevious" -> restore(canvas.getData());
                    default -> () -> {};
                };
        Graphics2D graphics = canvas.createGraphics();
        graphics.drawImage(part, left, top, null);
        graphics.dispose();
    }

    private void blank(int left, int top, int width, int height) {
        canvas.setRGB(left, top, width, height, new int[width * height], 0, width);
    }

    private Runnable restore(java.awt.image.Raster before) {
        return () -> canvas.setData(before);
    }

    @Override
    public void close() {
        reader.dispose();
        try {
            input.close();
        } catch (IOException e) {
            throw new CannotRead(path, e);
        }
    }
}
