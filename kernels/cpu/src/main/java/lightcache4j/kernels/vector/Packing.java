package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Puts rows side by side: the transpositions that bring a right factor into the order of [Tiles].
final class Packing {
    /// Rows that are transposed at a time: a cache line of the result.
    static final int ROWS = 16;

    private Packing() {}

    /// Room for [#ROWS] rows of `steps` numbers, as [#transpose] wants to read them.
    static float[] rows(int steps, Scratch scratch) {
        return scratch.floats(Scratch.Use.STAGED, ROWS * steps + ROWS);
    }

    /// Number `k` of row `r`, at `rows[r · steps + k]`, goes to `to[start + place(k) · width + r]`.
    ///
    /// The place of `k` is `k` itself where `taps` is 1. For a convolution, whose weights count
    /// `taps` positions of the kernel within each of `steps / taps` channels, channels come to
    /// count within positions.
    ///
    /// @param real rows that there are; the others up to `filled`, at most [#ROWS], become zeros
    static void transpose(
            float[] rows,
            int steps,
            int real,
            int filled,
            int taps,
            MemorySegment to,
            long start,
            int width,
            Scratch scratch) {
        float[] square = scratch.floats(Scratch.Use.SQUARE, ROWS * ROWS);
        Arrays.fill(rows, real * steps, ROWS * steps, 0);
        int channels = steps / taps;
        int tap = 0;
        int channel = 0;
        for (int k0 = 0; k0 < steps; k0 += ROWS) {
            if (WIDTH == ROWS) {
                Square.transpose(rows, k0, steps, square);
            } else {
                transpose(rows, k0, steps, square);
            }
            int end = Math.min(ROWS, steps - k0);
            if (taps == 1) {
                store(square, end, filled, to, start + (long) k0 * width, width);
                continue;
            }
            for (int k = 0; k < end; k++) {
                long place = start + (long) (tap * channels + channel) * width;
                for (int j = 0; j < filled; j += WIDTH) {
                    put(at(square, k * ROWS + j), to, place + j);
                }
                if (++tap == taps) {
                    tap = 0;
                    channel++;
                }
            }
        }
    }

    private static void store(
            float[] square, int end, int filled, MemorySegment to, long start, int width) {
        for (int j = 0; j < filled; j += WIDTH) {
            for (int k = 0; k < end; k++) {
                put(at(square, k * ROWS + j), to, start + (long) k * width + j);
            }
        }
    }

    /// A square of [#ROWS] rows of as many numbers, one by one.
    private static void transpose(float[] from, int at, int stride, float[] square) {
        for (int r = 0; r < ROWS; r++) {
            for (int k = 0; k < ROWS; k++) {
                square[k * ROWS + r] = from[at + r * stride + k];
            }
        }
    }
}
