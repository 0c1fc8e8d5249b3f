package lightcache4j.cli.media;

import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;

import java.awt.image.BufferedImage;

/// One picture: red, green and blue of each pixel in 0 to 1, row by row.
public final class Frame {
    private final int width;
    private final int height;
    private final float[] rgb;

    /// @param rgb `height · width · 3` samples; kept, not copied
    /// @throws ShapeMismatch if there are more or fewer
    public Frame(int width, int height, float[] rgb) {
        if (rgb.length != 3L * width * height) {
            throw new ShapeMismatch(
                    "frame", rgb.length + " samples do not fill " + width + "x" + height);
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /// A copy of a float32 tensor `[H, W, 3]` in host memory.
    public static Frame of(Tensor tensor) {
        if (tensor.shape().rank() != 3 || tensor.dim(2) != 3) {
            throw new ShapeMismatch("frame", tensor + " is no frame, wanted [height, width, 3]");
        }
        return new Frame(tensor.shape().length(1), tensor.shape().length(0), tensor.toFloats());
    }

    /// A picture; what is transparent in it lies over black.
    public static Frame of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
        float[] rgb = new float[3 * argb.length];
        for (int i = 0; i < argb.length; i++) {
            float alpha = (argb[i] >>> 24) / 255f;
            rgb[3 * i] = alpha * (argb[i] >> 16 & 0xff) / 255f;
            rgb[3 * i + 1] = alpha * (argb[i] >> 8 & 0xff) / 255f;
            rgb[3 * i + 2] = alpha * (argb[i] & 0xff) / 255f;
        }
        return new Frame(width, height, rgb);
    }

    /// Pixels across.
    public int width() {
        return width;
    }

    /// Pixels down.
    public int height() {
        return height;
    }

    /// The samples, interleaved; not a copy.
    public float[] rgb() {
        return rgb;
    }

    /// The samples as 8 bits each, rounded to the nearest and cut to the range.
    public byte[] rgb8() {
        byte[] bytes = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            bytes[i] = (byte) Math.clamp((long) Math.rint(rgb[i] * 255.0), 0, 255);
        }
        return bytes;
    }

    /// The picture for a library that wants one.
    public BufferedImage image() {
        byte[] bytes = rgb8();
        int[] packed = new int[width * height];
        for (int i = 0; i < packed.length; i++) {
            packed[i] =
                    (bytes[3 * i] & 0xff) << 16
                            | (bytes[3 * i + 1] & 0xff) << 8
                            | (bytes[3 * i + 2] & 0xff);
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, packed, 0, width);
        return image;
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
