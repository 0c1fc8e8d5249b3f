package lightcache4j.kernels.vector;

import java.lang.foreign.MemorySegment;

/// The innermost product of linear layers, attention and convolution: a few rows by a few vectors.
///
/// A tile adds `Σ_k a[a0 + rows[r] + k] · b[b0 + k · width + j]` to `c[c0 + r · stride + j]`, with
/// `width` its vectors' numbers together. The left factor is read number by number from rows that
/// stand anywhere in one array, so that a convolution can point at windows of an image; the right
/// one lies packed in the order in which it is read. Sums stay in registers over all steps; each is
/// added up in the order of `k` whatever the tile's size, so that results do not depend on how work
/// is split.
final class Tiles {
    /// Rows are given in multiples of this: the height of the tallest tile.
    static final int HEIGHT = 8;

    /// Whether the machine has 32 vector registers: with AVX-512 and on ARM, not with AVX2 or SSE.
    static final boolean WIDE =
            Lanes.WIDTH >= 16 || System.getProperty("os.arch").equals("aarch64");

    private Tiles() {}

    /// Multiplies `count` rows, a multiple of [#HEIGHT], by a panel of `vectors` vectors, one of
    /// [Panels]'s widths.
    static void multiply(
            int vectors,
            float[] a,
            int a0,
            int[] rows,
            int count,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            int stride) {
        int high = vectors > 3 || (vectors == 3 && !WIDE) ? 4 : 8;
        for (int r = 0; r < count; r += high) {
            int p = c0 + r * stride;
            switch (vectors) {
                case 6 -> WideTiles.tile4x6(a, a0, rows, r, b, b0, steps, c, p, stride);
                case 4 -> WideTiles.tile4x4(a, a0, rows, r, b, b0, steps, c, p, stride);
                case 3 -> {
                    if (WIDE) {
                        TallTiles.tile8x3(a, a0, rows, r, b, b0, steps, c, p, stride);
                    } else {
                        TallTiles.tile4x3(a, a0, rows, r, b, b0, steps, c, p, stride);
                    }
                }
                case 2 -> TallTiles.tile8x2(a, a0, rows, r, b, b0, steps, c, p, stride);
                default -> TallTiles.tile8x1(a, a0, rows, r, b, b0, steps, c, p, stride);
            }
        }
    }

    /// `n` brought up to a multiple of [#HEIGHT].
    static int up(int n) {
        return (n + HEIGHT - 1) / HEIGHT * HEIGHT;
    }
}
