package lightcache4j.kernels.vector;

/// How the outputs of a convolution are cut into tasks: rectangles of rows and columns, each
/// through a run of frames.
///
/// @param frames of the result
/// @param height rows of it
/// @param width columns of it, or what takes their place
/// @param rows of a block, at most
/// @param columns of a block, at most
/// @param run frames of a block, at most
record ConvBlocks(int frames, int height, int width, int rows, int columns, int run) {
    /// Cut into rectangles of `rows` by `columns` in each frame.
    ConvBlocks(int frames, int height, int width, int rows, int columns) {
        this(frames, height, width, rows, columns, 1);
    }

    /// With runs as long as `wanted` blocks allow: what a block sees of one frame serves the next.
    ConvBlocks inRuns(int wanted) {
        int runs = Math.min(frames, Math.ceilDiv(wanted, down() * across()));
        return new ConvBlocks(frames, height, width, rows, columns, Math.ceilDiv(frames, runs));
    }

    /// With rectangles one row lower at least, all of about the same height.
    ConvBlocks lower() {
        return new ConvBlocks(frames, height, width, even(height, rows - 1), columns, run);
    }

    int count() {
        return Math.ceilDiv(frames, run) * down() * across();
    }

    /// First row of block `i`.
    int top(int i) {
        return i / across() % down() * rows;
    }

    /// First column of block `i`.
    int left(int i) {
        return i % across() * columns;
    }

    /// First frame of block `i`.
    int from(int i) {
        return i / across() / down() * run;
    }

    /// The frame after the last of block `i`.
    int to(int i) {
        return Math.min(frames, from(i) + run);
    }

    private int down() {
        return Math.ceilDiv(height, rows);
    }

    private int across() {
        return Math.ceilDiv(width, columns);
    }

    /// The length of the pieces of `n` if none is longer than `most` and all are about equal.
    static int even(int n, int most) {
        int pieces = Math.max(1, Math.ceilDiv(n, most));
        return Math.ceilDiv(n, pieces);
    }
}
