package lightcache4j.kernels.vector;

/// How a product is cut into tasks: each takes a block of rows by a group of panels, block after
/// block.
///
/// What a thread reads comes to its core from far: rows that another core has written, and weights,
/// which are too many to stay. So threads share the work in such a way that each reads least: rows
/// of its own and all panels where there are many rows, panels of its own and all rows where there
/// are many panels.
///
/// @param rows of a block, a multiple of what the lowest tile has
/// @param blocks of rows
/// @param panels of a group
/// @param groups of panels
record Cut(int rows, int blocks, int panels, int groups) {
    /// Rows of a task, at least, where there are more.
    private static final int LOWEST = 2 * Tiles.HEIGHT;

    /// Tasks of a thread, about, so that none waits long for the last.
    private static final int TASKS = 4;

    /// @param rows of the product, at least 1
    /// @param panels of the product, at least 1
    /// @param most rows of a block
    static Cut of(int rows, int panels, int most, int threads) {
        int wanted = threads == 1 ? 1 : TASKS * threads;
        int pieces = Math.max(Math.ceilDiv(rows, most), bands(rows, panels, most, threads));
        int split = Math.clamp(Math.ceilDiv(wanted, pieces), 1, panels);
        int group = Math.ceilDiv(panels, split);
        int groups = Math.ceilDiv(panels, group);
        int busy = Math.min(Math.ceilDiv(threads, groups), Math.ceilDiv(rows, Tiles.HEIGHT));
        pieces = Math.max(pieces, busy); // few panels leave no thread idle
        int each = Tiles.up(Math.ceilDiv(rows, pieces));
        return new Cut(each, Math.ceilDiv(rows, each), group, groups);
    }

    /// How many bands of rows there are for threads to have, for each thread to read least. A
    /// thread reads its rows once and its columns once for each block of its rows; those that have
    /// the same rows share the columns.
    private static int bands(int rows, int panels, int most, int threads) {
        int best = 1;
        long least = Long.MAX_VALUE;
        for (int bands = Math.clamp(rows / LOWEST, 1, threads); bands >= 1; bands--) {
            int own = Math.ceilDiv(rows, bands);
            long columns = (long) Math.ceilDiv(panels, threads / bands) * Panels.FULL;
            long read = own + columns * Math.ceilDiv(own, most);
            if (read < least) {
                least = read;
                best = bands;
            }
        }
        return best;
    }

    int tasks() {
        return blocks * groups;
    }

    /// The block of rows of a task.
    int block(int task) {
        return task / groups;
    }

    /// The group of panels of a task. Each block begins with another, as far as there are enough.
    int group(int task) {
        return (task + block(task) * groups / blocks) % groups;
    }
}
