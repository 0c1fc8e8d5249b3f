package lightcache4j.kernels.vector;

import java.lang.foreign.MemorySegment;

/// The innermost product of linear layers, attention and convolution: a few rows by one or two
/// vectors.
///
/// A tile adds `Σ_k a[a0 + k · pitch + r] · b[b0 + k · width + j]` to `c[c0 + r · width + j]`, with
/// `width` its vectors' numbers together. So the numbers of the left factor that one step needs are
/// neighbours, and those of the next step are `pitch` further: 12 for packed rows, as many as there
/// are queries for scores, from channel to channel for a convolution, whose windows take several
/// such products. The right factor lies packed in the order in which it is read. Sums stay in
/// registers over all steps; each is added up in the order of `k` whatever the tile's size, so that
/// results do not depend on how work is split.
///
/// Spreading a number over a register is free when the number comes from memory: it is a load, and
/// a core has as many of them to spare as the multiply-adds leave. What counts is that C2 finds
/// registers for everything and has few addresses to compute: a core that issues four instructions
/// a cycle (Xeons up to Cascade Lake) has 48 for 24 multiply-adds, and 38 are taken by those and
/// the loads. So the loop counts the places of the right factor and adds to that of the left, which
/// makes 47. Places from a table made 54, and the tile of 12 × 2 a fifth to a quarter slower there;
/// counting steps and computing both places from them made 50.
///
/// Tried and lost (in shares of the measured peak, rows of 384 steps, with places from a table): 4
/// × 6 with a pointer per row 0.86, 8 × 3 the same 0.88; from packed rows 4 × 6 0.85, 5 × 5 0.76, 6
/// × 4 0.74, 14 × 2 0.53 to 0.95 from run to run as registers spill or do not, 8 × 3 0.92 to 0.96,
/// against 0.95 to 0.97 of 12 × 2; two steps per turn of the loop 0.83 to 0.90; the right factor in
/// a `float[]` 0.89, since a load that crosses a cache line costs two; first sums read from an
/// array of zeros, so that nobody need fill them in, 0.8 to 0.9, since one more array costs
/// registers. Without a table, on a Cascade Lake: 8 × 3, 6 × 4 and 9 × 3 1.05 times as fast as 12 ×
/// 2, which would make heads and channels of 64 whole panels for one of them only; a loop over runs
/// of steps around that over steps 0.6, as sums spill between; steps counted down to the next run
/// in one loop 0.9. Of 6 × 2 on a Zen 3, two steps per turn by one index, with branches that are
/// never taken after every second row, behind which C2 does not load in advance: no spilling, but
/// 0.93 to 1.04 where loops begin at multiples of 64 bytes.
final class Tiles {
    /// Rows of the tallest tile, and of a group of packed rows.
    static final int HEIGHT = 12;

    /// Rows of the tallest tile of one vector, for a left factor whose rows go on beyond [#HEIGHT].
    static final int TALL = 24;

    /// Vectors of the widest tile.
    static final int VECTORS = 2;

    /// Rows that a result is padded to: those of the lowest tile.
    private static final int LOW = 4;

    /// Whether the machine has 32 vector registers: with AVX-512 and on ARM, not with AVX2 or SSE.
    private static final boolean MANY_REGISTERS =
            Lanes.WIDTH >= 16 || System.getProperty("os.arch").equals("aarch64");

    private Tiles() {}

    /// Rows of the tallest tile that goes with so many vectors, where rows of the left factor go on
    /// beyond [#HEIGHT].
    static int tallest(int vectors) {
        return vectors == 1 && MANY_REGISTERS ? TALL : HEIGHT;
    }

    /// Multiplies `rows` rows, at most [#HEIGHT] or [#tallest], by a panel of one or two vectors.
    /// Reads and writes rows up to [#up] of them.
    static void multiply(
            int rows,
            int vectors,
            float[] a,
            int a0,
            int pitch,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0) {
        if (vectors == 1) {
            if (rows > TALL - LOW) {
                ThinTiles.tile24x1(a, a0, pitch, b, b0, steps, c, c0);
                return;
            }
            if (rows > HEIGHT) {
                ThinTiles.tile12x1(a, a0, pitch, b, b0, steps, c, c0);
                int done = HEIGHT * Lanes.WIDTH;
                multiply(rows - HEIGHT, 1, a, a0 + HEIGHT, pitch, b, b0, steps, c, c0 + done);
            } else if (rows > 8) {
                ThinTiles.tile12x1(a, a0, pitch, b, b0, steps, c, c0);
            } else if (rows > LOW) {
                ThinTiles.tile8x1(a, a0, pitch, b, b0, steps, c, c0);
            } else {
                ThinTiles.tile4x1(a, a0, pitch, b, b0, steps, c, c0);
            }
        } else if (rows > 8 && MANY_REGISTERS) {
            WideTiles.tile12x2(a, a0, pitch, b, b0, steps, c, c0, false);
        } else if (rows > 8) {
            WideTiles.tile6x2(a, a0, pitch, b, b0, steps, c, c0);
            WideTiles.tile6x2(a, a0 + 6, pitch, b, b0, steps, c, c0 + 12 * Lanes.WIDTH);
        } else if (rows > LOW && MANY_REGISTERS) {
            WideTiles.tile8x2(a, a0, pitch, b, b0, steps, c, c0);
        } else {
            WideTiles.tile4x2(a, a0, pitch, b, b0, steps, c, c0);
            if (rows > LOW) {
                WideTiles.tile4x2(a, a0 + 4, pitch, b, b0, steps, c, c0 + 8 * Lanes.WIDTH);
            }
        }
    }

    /// As [#multiply], where all rows begin as the first, which alone need be there: as a bias, or
    /// zeros. Filling in the others, to be read at once, took 1 to 6 % of a product of 32 to 192
    /// steps.
    static void begin(
            int rows,
            int vectors,
            float[] a,
            int a0,
            int pitch,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0) {
        if (vectors == 2 && rows > 8 && MANY_REGISTERS) {
            WideTiles.tile12x2(a, a0, pitch, b, b0, steps, c, c0, true);
            return;
        }
        int width = vectors * Lanes.WIDTH;
        Lanes.repeat(c, c0, c, c0 + width, width, up(rows) - 1);
        multiply(rows, vectors, a, a0, pitch, b, b0, steps, c, c0);
    }

    /// Rows that are computed where `n` are wanted.
    static int up(int n) {
        return (n + LOW - 1) / LOW * LOW;
    }
}
