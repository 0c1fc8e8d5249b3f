package lightcache4j.kernels.vector;

/// Puts rows side by side: the transpositions that bring a right factor into the order of [Tiles].
final class Packing {
    /// Rows that are transposed at a time: a cache line of the result.
    static final int ROWS = 16;

    private Packing() {}

    /// Number `k` of row `r`, at `from[at + r · stride + k · step]`, goes to `to[start + k · width
    /// + r]`, for `rows` rows of `steps` numbers. Columns from `rows` up to `filled` become zeros.
    static void transpose(
            float[] from,
            int at,
            int stride,
            int step,
            int rows,
            int filled,
            int steps,
            float[] to,
            int start,
            int width) {
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            int p = at + r * stride;
            int q = start + r;
            for (int k = 0; k < steps; k++) {
                to[q] = from[p];
                to[q + 1] = from[p + stride];
                to[q + 2] = from[p + 2 * stride];
                to[q + 3] = from[p + 3 * stride];
                p += step;
                q += width;
            }
        }
        for (; r < filled; r++) {
            for (int k = 0; k < steps; k++) {
                to[start + k * width + r] = r < rows ? from[at + r * stride + k * step] : 0;
            }
        }
    }
}
