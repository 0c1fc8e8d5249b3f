package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;

/// How the columns of a product are cut into panels, each as wide as a register tile: two vectors,
/// and one at the end where their number is odd.
///
/// @param columns columns that there are, without those that fill the last vector
record Panels(int columns) {
    /// Columns of every panel but perhaps the last.
    static final int FULL = Tiles.VECTORS * WIDTH;

    int count() {
        return (columns + FULL - 1) / FULL;
    }

    /// First column of a panel; for [#count], one past the last panel.
    int start(int panel) {
        return Math.min(panel * FULL, padded());
    }

    /// Columns of a panel, those beyond the last one included.
    int width(int panel) {
        return start(panel + 1) - start(panel);
    }

    /// Width of a panel, in vectors.
    int vectors(int panel) {
        return width(panel) / WIDTH;
    }

    /// Columns of all panels, those beyond the last one included.
    int padded() {
        return Lanes.up(columns);
    }
}
