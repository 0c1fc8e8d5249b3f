package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Puts rows side by side: the transpositions that bring the factors of a product into the order of
/// [Tiles].
final class Packing {
    /// Rows that are transposed at a time: a cache line of the result.
    static final int ROWS = 16;

    /// Steps that are brought in at a time, so that [#ROWS] rows of them fit the first-level cache.
    static final int STAGE = 512;

    /// From row to row of what is brought in: no power of two, which would crowd a few cache sets.
    static final int PITCH = STAGE + ROWS;

    private Packing() {}

    /// Packs up to [Tiles#HEIGHT] rows of a left factor: number `k` of row `first + r` goes to
    /// `to[start + 12 k + r]`.
    ///
    /// Writes a few numbers beyond the last, so neighbouring groups are packed in ascending order.
    static void left(
            Rows rows, long first, int real, int steps, float[] to, int start, Scratch scratch) {
        float[] square = scratch.floats(Scratch.Use.SQUARE, ROWS * ROWS);
        float[] staged = staged(real, steps, scratch);
        for (int k0 = 0; k0 < steps; k0 += STAGE) {
            int some = Math.min(STAGE, steps - k0);
            for (int r = 0; r < real; r++) {
                rows.stage(first + r, k0, some, staged, r * PITCH, scratch);
            }
            for (int k = 0; k < some; k += ROWS) {
                transpose(staged, k, PITCH, square);
                int p = start + (k0 + k) * Tiles.HEIGHT;
                for (int i = 0; i < Math.min(ROWS, some - k); i++) {
                    for (int j = 0; j < Tiles.HEIGHT; j += WIDTH) {
                        at(square, i * ROWS + j).intoArray(to, p + i * Tiles.HEIGHT + j);
                    }
                }
            }
        }
    }

    /// Numbers that groups of packed rows take, `rows` rows together, and what is written beyond.
    static int leftSize(int rows, int steps) {
        return Math.addExact(Math.multiplyExact(rows, steps), ROWS);
    }

    /// The table of [Tiles] for packed rows: where each of so many steps stands.
    static int[] places(int steps, Scratch scratch) {
        int[] at = scratch.ints(steps);
        for (int k = 0; k < steps; k++) {
            at[k] = k * Tiles.HEIGHT;
        }
        return at;
    }

    /// Packs up to [#ROWS] rows as columns of a right factor: number `k` of row `first + j` goes to
    /// `to[start + k · width + j]`.
    ///
    /// @param real rows that there are; the others up to `filled`, at most [#ROWS], become zeros
    static void right(
            Rows rows,
            long first,
            int real,
            int filled,
            int steps,
            MemorySegment to,
            long start,
            int width,
            Scratch scratch) {
        float[] square = scratch.floats(Scratch.Use.SQUARE, ROWS * ROWS);
        float[] staged = staged(real, steps, scratch);
        for (int k0 = 0; k0 < steps; k0 += STAGE) {
            int some = Math.min(STAGE, steps - k0);
            for (int r = 0; r < real; r++) {
                rows.stage(first + r, k0, some, staged, r * PITCH, scratch);
            }
            for (int k = 0; k < some; k += ROWS) {
                transpose(staged, k, PITCH, square);
                int end = Math.min(ROWS, some - k);
                store(square, end, filled, to, start + (long) (k0 + k) * width, width);
            }
        }
    }

    /// As [#right], for the weights of a convolution: they count `taps` positions of the kernel, in
    /// rows of `kw`, within each channel, and come to count channels within the kernel's rows.
    static void taps(
            Rows rows,
            long first,
            int real,
            int filled,
            int steps,
            int taps,
            int kw,
            MemorySegment to,
            long start,
            int width,
            Scratch scratch) {
        float[] square = scratch.floats(Scratch.Use.SQUARE, ROWS * ROWS);
        float[] staged = staged(real, steps, scratch);
        int channels = steps / taps;
        int tap = 0;
        int channel = 0;
        for (int k0 = 0; k0 < steps; k0 += ROWS) {
            int end = Math.min(ROWS, steps - k0);
            for (int r = 0; r < real; r++) {
                rows.stage(first + r, k0, end, staged, r * PITCH, scratch);
            }
            transpose(staged, 0, PITCH, square);
            for (int k = 0; k < end; k++) {
                int row = tap / kw;
                int place = (row * channels + channel) * kw + tap % kw;
                long p = start + (long) place * width;
                for (int j = 0; j < filled; j += WIDTH) {
                    put(at(square, k * ROWS + j), to, p + j);
                }
                if (++tap == taps) {
                    tap = 0;
                    channel++;
                }
            }
        }
    }

    /// Room for rows to be brought in, zeros where there are none.
    static float[] staged(int real, int steps, Scratch scratch) {
        float[] staged = scratch.floats(Scratch.Use.STAGED, ROWS * PITCH);
        for (int r = real; r < ROWS; r++) {
            Arrays.fill(staged, r * PITCH, r * PITCH + Math.min(steps + ROWS, PITCH), 0);
        }
        return staged;
    }

    private static void store(
            float[] square, int end, int filled, MemorySegment to, long start, int width) {
        for (int j = 0; j < filled; j += WIDTH) {
            for (int k = 0; k < end; k++) {
                put(at(square, k * ROWS + j), to, start + (long) k * width + j);
            }
        }
    }

    /// Puts the first `count` rows of a square, `n` numbers of each, `pitch` apart.
    static void spread(float[] square, int count, int n, float[] to, int start, int pitch) {
        if (n == ROWS) {
            for (int r = 0; r < count; r++) {
                for (int j = 0; j < ROWS; j += WIDTH) {
                    at(square, r * ROWS + j).intoArray(to, start + r * pitch + j);
                }
            }
            return;
        }
        for (int r = 0; r < count; r++) {
            System.arraycopy(square, r * ROWS, to, start + r * pitch, n);
        }
    }

    /// Transposes [#ROWS] rows of as many numbers.
    static void transpose(float[] from, int at, int pitch, float[] square) {
        if (WIDTH == ROWS) {
            Square.transpose(from, at, pitch, square);
            return;
        }
        for (int r = 0; r < ROWS; r++) {
            for (int k = 0; k < ROWS; k++) {
                square[k * ROWS + r] = from[at + r * pitch + k];
            }
        }
    }
}
