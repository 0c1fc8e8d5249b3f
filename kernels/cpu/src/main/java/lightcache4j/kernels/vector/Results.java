package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.put;

import java.lang.foreign.MemorySegment;

/// A layer's result, and the way between its rows and a group of sums.
///
/// Sums lie as tiles have them: a group's rows of one panel one behind the other, up to a multiple
/// of those of the lowest tile, then those of the next panel.
///
/// @param out rows of as many numbers as the panels have columns
record Results(MemorySegment out, Panels panels) {
    /// Brings what rows have in some panels into sums.
    ///
    /// @param row the first
    /// @param real how many
    /// @param p0 the first panel
    /// @param p1 the one after the last
    /// @param start of the sums
    void load(long row, int real, int p0, int p1, float[] sums, int start) {
        int from = start;
        for (int p = p0; p < p1; p++) {
            int width = panels.width(p);
            int some = Math.min(width, panels.columns() - panels.start(p));
            for (int r = 0; r < real; r++) {
                Lanes.take(out, at(row + r, p), sums, from + r * width, some, 1);
            }
            from += Tiles.up(real) * width;
        }
    }

    /// Writes sums to rows, as [#load] brings them: row by row, vector by vector but for the last
    /// panel, if it is not full. One panel that is full needs no loop over panels.
    void store(long row, int real, int p0, int p1, float[] sums, int start) {
        int full = Math.min(p1, panels.columns() / Panels.FULL);
        if (p1 == p0 + 1 && full == p1) {
            storePanel(row, real, p0, sums, start);
            return;
        }
        int padded = Tiles.up(real);
        for (int r = 0; r < real; r++) {
            long to = at(row + r, p0);
            int from = start;
            for (int p = p0; p < full; p++) {
                put(Lanes.at(sums, from + r * Panels.FULL), out, to);
                put(Lanes.at(sums, from + r * Panels.FULL + WIDTH), out, to + WIDTH);
                to += Panels.FULL;
                from += padded * Panels.FULL;
            }
            if (full < p1) {
                from += r * panels.width(full);
                put(sums, from, out, to, panels.columns() - panels.start(full));
            }
        }
    }

    private void storePanel(long row, int real, int p, float[] sums, int start) {
        long to = at(row, p);
        for (int r = 0; r < real; r++) {
            int from = start + r * Panels.FULL;
            put(Lanes.at(sums, from), out, to);
            put(Lanes.at(sums, from + WIDTH), out, to + WIDTH);
            to += panels.columns();
        }
    }

    /// Index of the first number that a row has in a panel.
    private long at(long row, int p) {
        return row * panels.columns() + panels.start(p);
    }
}
