package lightcache4j.kernels.vector;

import java.util.Arrays;

/// How the columns of a product are cut into panels, each as wide as a register tile.
final class Panels {
    private final int[] vectors;
    private final int[] starts;

    private Panels(int[] vectors, int[] starts) {
        this.vectors = vectors;
        this.starts = starts;
    }

    /// Wide machines take panels of 6 vectors, and end with 4 or 3 where 6 do not divide; others
    /// take 3, then single ones.
    static Panels of(int columns) {
        int left = Lanes.up(columns) / Lanes.WIDTH;
        int[] vectors = new int[left];
        int count = 0;
        while (left > 0) {
            vectors[count] = next(left);
            left -= vectors[count++];
        }
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i + 1] = starts[i] + vectors[i] * Lanes.WIDTH;
        }
        return new Panels(Arrays.copyOf(vectors, count), starts);
    }

    private static int next(int left) {
        if (!Tiles.WIDE) {
            return left >= 3 ? 3 : 1;
        }
        return switch (left) {
            case 1, 2, 3, 4, 6 -> left;
            case 5 -> 3;
            case 7, 8, 10, 11 -> 4;
            default -> 6;
        };
    }

    int count() {
        return vectors.length;
    }

    /// Width of a panel, in vectors.
    int vectors(int panel) {
        return vectors[panel];
    }

    /// First column of a panel; for [#count], one past the last panel.
    int start(int panel) {
        return starts[panel];
    }

    /// Columns of a panel, those beyond the last one included.
    int width(int panel) {
        return starts[panel + 1] - starts[panel];
    }

    /// Columns of all panels, those beyond the last one included.
    int padded() {
        return starts[starts.length - 1];
    }
}
