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

    /// Steps that are transposed at a time on their way to memory, a multiple of [#ROWS]: a part of
    /// the first-level cache.
    static final int SOME = 64;

    /// Steps that are brought in at a time where rows lie apart, so that [#ROWS] rows of them fit
    /// the first-level cache.
    private static final int STAGE = 512;

    /// Numbers that [#left] may write beyond those of a group.
    static final int BEYOND = ROWS;

    /// Numbers of rows one behind the other that are brought in as one piece: memory is fastest
    /// read straight on.
    private static final int PIECE = 1 << 16;

    /// From row to row of what is brought in: no power of two, which would crowd a few cache sets.
    private static final int PITCH = STAGE + ROWS;

    private Packing() {}

    /// Packs up to [Tiles#HEIGHT] rows of a left factor: number `k` of row `first + r` goes to
    /// `to[start + 12 k + r]`.
    ///
    /// Writes up to [#BEYOND] numbers beyond the last: groups side by side are packed in ascending
    /// order, or given [#leftSize] numbers each.
    static void left(
            Rows rows, long first, int real, int steps, float[] to, int start, Scratch scratch) {
        int direct;
        if (WIDTH == ROWS) {
            direct = direct(rows, first + real, steps);
            TwelveRows.pack(rows.segment(), rows.at(first), rows.pitch(), real, direct, to, start);
        } else {
            direct = direct(rows, first + ROWS, steps);
            transpose(rows, first, 0, direct, to, start, Tiles.HEIGHT);
        }
        if (direct == steps) {
            return;
        }
        int pitch = pitch(rows, steps);
        float[] staged = staged(real, Tiles.HEIGHT, steps, pitch, scratch);
        int stage = stage(pitch, steps);
        for (int k0 = direct; k0 < steps; k0 += stage) {
            int some = Math.min(stage, steps - k0);
            bring(rows, first, real, k0, some, staged, pitch, scratch);
            int whole = some / ROWS * ROWS;
            int p = start + k0 * Tiles.HEIGHT;
            transpose(staged, 0, pitch, whole, to, p, Tiles.HEIGHT);
            if (whole < some) {
                float[] square = scratch.floats(Scratch.Use.SQUARE, ROWS * ROWS);
                transpose(staged, whole, pitch, ROWS, square, 0, ROWS);
                spread(square, to, p + whole * Tiles.HEIGHT, some - whole);
            }
        }
    }

    /// Puts `n` rows of a square [Tiles#HEIGHT] apart.
    private static void spread(float[] square, float[] to, int start, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < Tiles.HEIGHT; j += WIDTH) {
                at(square, i * ROWS + j).intoArray(to, start + i * Tiles.HEIGHT + j);
            }
        }
    }

    /// Steps that are read as they are: whole squares of float32 rows, where the first `count` rows
    /// have them, and not with vectors of 4.
    private static int direct(Rows rows, long count, int steps) {
        return WIDTH >= 8 && rows.has(count, steps) ? steps / ROWS * ROWS : 0;
    }

    /// Numbers that a group of packed rows takes, and those written beyond it.
    static int leftSize(int steps) {
        return Math.addExact(Math.multiplyExact(Tiles.HEIGHT, steps), BEYOND);
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
        float[] squares = scratch.floats(Scratch.Use.SQUARE, ROWS * SOME);
        int direct = real == ROWS ? direct(rows, first + ROWS, steps) : 0;
        int each = WIDTH == ROWS ? ROWS : SOME;
        for (int k = 0; k < direct; k += each) {
            int end = Math.min(each, direct - k);
            transpose(rows, first, k, end, squares, 0, ROWS);
            store(squares, end, filled, to, start + (long) k * width, width);
        }
        if (direct == steps) {
            return;
        }
        int pitch = pitch(rows, steps);
        float[] staged = staged(real, ROWS, steps, pitch, scratch);
        int stage = stage(pitch, steps);
        for (int k0 = direct; k0 < steps; k0 += stage) {
            int some = Math.min(stage, steps - k0);
            bring(rows, first, real, k0, some, staged, pitch, scratch);
            for (int k = 0; k < some; k += SOME) {
                int end = Math.min(SOME, some - k);
                transpose(staged, k, pitch, up(end), squares, 0, ROWS);
                store(squares, end, filled, to, start + (long) (k0 + k) * width, width);
            }
        }
    }

    /// As [#right], for the weights of a convolution, which count positions of the kernel within
    /// each channel.
    ///
    /// @param places the step that position `i` comes to with channel 0
    /// @param apart steps from one channel to the next
    static void taps(
            Rows rows,
            long first,
            int real,
            int filled,
            int steps,
            int[] places,
            int apart,
            MemorySegment to,
            long start,
            int width,
            Scratch scratch) {
        float[] squares = scratch.floats(Scratch.Use.SQUARE, ROWS * SOME);
        int pitch = pitch(rows, steps);
        float[] staged = staged(real, ROWS, steps, pitch, scratch);
        int stage = stage(pitch, steps);
        int taps = places.length;
        for (int k0 = 0; k0 < steps; k0 += stage) {
            int some = Math.min(stage, steps - k0);
            bring(rows, first, real, k0, some, staged, pitch, scratch);
            for (int k = 0; k < some; k += SOME) {
                int end = Math.min(SOME, some - k);
                transpose(staged, k, pitch, up(end), squares, 0, ROWS);
                for (int i = 0; i < end; i++) {
                    int place = places[(k0 + k + i) % taps] + (k0 + k + i) / taps * apart;
                    for (int j = 0; j < filled; j += WIDTH) {
                        long p = start + (long) place * width + j;
                        put(at(squares, i * ROWS + j), to, p);
                    }
                }
            }
        }
    }

    /// From row to row of what is brought in.
    static int pitch(Rows rows, int steps) {
        return rows.pitch() == steps && steps <= PIECE / ROWS ? steps : PITCH;
    }

    /// Steps that are brought in at a time.
    static int stage(int pitch, int steps) {
        return pitch == steps ? steps : STAGE;
    }

    /// Room for [#ROWS] rows to be brought in: zeros from row `real` to row `filled`.
    static float[] staged(int real, int filled, int steps, int pitch, Scratch scratch) {
        float[] staged = scratch.floats(Scratch.Use.STAGED, ROWS * pitch + ROWS);
        int used = Math.min(pitch, steps + ROWS);
        for (int r = real; r < filled; r++) {
            Arrays.fill(staged, r * pitch, r * pitch + used, 0);
        }
        return staged;
    }

    /// Brings in numbers `k0` to `k0 + some` of `real` rows.
    static void bring(
            Rows rows,
            long first,
            int real,
            int k0,
            int some,
            float[] staged,
            int pitch,
            Scratch scratch) {
        if (pitch == rows.pitch() && pitch == some) {
            rows.stage(first, 0, real * some, staged, 0, scratch);
            return;
        }
        for (int r = 0; r < real; r++) {
            rows.stage(first + r, k0, some, staged, r * pitch, scratch);
        }
    }

    /// The smallest multiple of [#ROWS] that is not below `n`.
    static int up(int n) {
        return (n + ROWS - 1) / ROWS * ROWS;
    }

    private static void store(
            float[] squares, int end, int filled, MemorySegment to, long start, int width) {
        // in one piece where it is one; vector by vector takes four times as long
        if (filled == ROWS && width == ROWS) {
            Lanes.copy(squares, 0, to, start, end * ROWS);
            return;
        }
        for (int j = 0; j < filled; j += WIDTH) {
            for (int k = 0; k < end; k++) {
                put(at(squares, k * ROWS + j), to, start + (long) k * width + j);
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

    /// Transposes [#ROWS] rows of as many numbers, and puts the first `count` rows of the result
    /// `apart` from each other.
    ///
    /// @param square room for it on its way
    static void turn(
            float[] from,
            int at,
            int pitch,
            float[] square,
            int count,
            float[] to,
            int start,
            int apart) {
        if (count == ROWS) {
            transpose(from, at, pitch, ROWS, to, start, apart);
        } else {
            transpose(from, at, pitch, ROWS, square, 0, ROWS);
            spread(square, count, ROWS, to, start, apart);
        }
    }

    /// Transposes numbers `k0` to `k0 + n` of [#ROWS] rows, `n` a multiple of that, from where they
    /// are; results lie as those of the other.
    private static void transpose(
            Rows rows, long first, int k0, int n, float[] to, int start, int pitch) {
        long at = rows.at(first) + k0;
        if (WIDTH == 8) {
            long second = at + 8 * rows.pitch();
            SmallSquares.eight(rows.segment(), second, rows.pitch(), n, to, start + 8, pitch);
            SmallSquares.eight(rows.segment(), at, rows.pitch(), n, to, start, pitch);
        } else {
            for (int k = 0; k < n; k += ROWS) {
                int p = start + k * pitch;
                Square.transpose(rows.segment(), at + k, rows.pitch(), to, p, pitch);
            }
        }
    }

    /// Transposes [#ROWS] rows of `n` numbers, a multiple of [#ROWS]: number `k` of row `r`, at
    /// `from[at + r · stride + k]`, goes to `to[start + k · pitch + r]`. Where rows of the result
    /// overlap, the earlier numbers of a row stay.
    static void transpose(
            float[] from, int at, int stride, int n, float[] to, int start, int pitch) {
        if (WIDTH == ROWS) {
            for (int k = 0; k < n; k += ROWS) {
                Square.transpose(from, at + k, stride, to, start + k * pitch, pitch);
            }
        } else if (WIDTH == 8) {
            SmallSquares.eight(from, at + 8 * stride, stride, n, to, start + 8, pitch);
            SmallSquares.eight(from, at, stride, n, to, start, pitch);
        } else {
            for (int r = ROWS - 4; r >= 0; r -= 4) {
                SmallSquares.four(from, at + r * stride, stride, n, to, start + r, pitch);
            }
        }
    }
}
