package lightcache4j.cli.media;

import java.util.Arrays;

/// Gives each pixel a colour of a palette and hands what is left over on to its neighbours, so that
/// areas keep their mean (Floyd and Steinberg 1976), each row in the opposite direction.
final class Dither {
    /// Slots that remember the answer for a colour.
    private static final int SLOT_BITS = 14;

    private static final int SCATTER = 0x9E3779B1;
    private static final int NONE = -1;

    private final byte[] rgb;
    private final boolean[] mask;
    private final int width;
    private final Palette palette;
    private final int[] asked = new int[1 << SLOT_BITS];
    private final int[] answer = new int[1 << SLOT_BITS];
    private final float[] errors;

    private Dither(byte[] rgb, boolean[] mask, int width, Palette palette) {
        this.rgb = rgb;
        this.mask = mask;
        this.width = width;
        this.palette = palette;
        this.errors = new float[rgb.length];
        Arrays.fill(asked, NONE);
    }

    /// Palette indices of the pixels that `mask` names, counted from 1; 0 for the others.
    static byte[] apply(byte[] rgb, boolean[] mask, int width, Palette palette) {
        Dither dither = new Dither(rgb, mask, width, palette);
        byte[] indices = new byte[mask.length];
        int rows = mask.length / width;
        for (int y = 0; y < rows; y++) {
            int step = y % 2 == 0 ? 1 : -1;
            for (int i = 0, x = step > 0 ? 0 : width - 1; i < width; i++, x += step) {
                int pixel = y * width + x;
                if (mask[pixel]) {
                    indices[pixel] = (byte) (1 + dither.place(pixel, x, step));
                }
            }
        }
        return indices;
    }

    private int place(int pixel, int x, int step) {
        int[] wanted = new int[3];
        for (int c = 0; c < 3; c++) {
            int at = 3 * pixel + c;
            wanted[c] = Math.clamp(Math.round((rgb[at] & 0xff) + errors[at]), 0, 255);
        }
        int index = nearest(wanted[0], wanted[1], wanted[2]);
        int colour = palette.colour(index);
        int[] got = {Palette.red(colour), Palette.green(colour), Palette.blue(colour)};
        for (int c = 0; c < 3; c++) {
            float error = wanted[c] - got[c];
            hand(pixel + step, x + step, c, error * 7 / 16);
            hand(pixel + width - step, x - step, c, error * 3 / 16);
            hand(pixel + width, x, c, error * 5 / 16);
            hand(pixel + width + step, x + step, c, error / 16);
        }
        return index;
    }

    private void hand(int pixel, int x, int channel, float error) {
        if (x >= 0 && x < width && pixel < mask.length && mask[pixel]) {
            errors[3 * pixel + channel] += error;
        }
    }

    private int nearest(int red, int green, int blue) {
        int colour = Palette.pack(red, green, blue);
        int slot = (colour * SCATTER) >>> (Integer.SIZE - SLOT_BITS);
        if (asked[slot] != colour) {
            asked[slot] = colour;
            answer[slot] = palette.nearest(red, green, blue);
        }
        return answer[slot];
    }
}
