package lightcache4j.kernels.vector;

import java.lang.foreign.MemorySegment;

/// Some panels of a layer's weight in the order of [Tiles], each packed by the first thread that
/// needs it.
final class PackedPanels {
    private final Panels panels;
    private final Rows weight;
    private final int first;
    private final int steps;
    private final PackedWeights.Room room;
    private final Claims claims;

    /// @param weight rows, one for each column of the panels
    /// @param first of these panels
    /// @param last the one after them
    /// @param steps of each row
    /// @param room for all of them, perhaps packed before
    PackedPanels(
            Panels panels, Rows weight, int first, int last, int steps, PackedWeights.Room room) {
        this.panels = panels;
        this.weight = weight;
        this.first = first;
        this.steps = steps;
        this.room = room;
        this.claims = new Claims(room.isPacked() ? 0 : last - first);
    }

    MemorySegment segment() {
        return room.segment();
    }

    /// Where a step of a panel is.
    long at(int p, int step) {
        long start = (long) steps * (panels.start(p) - panels.start(first));
        return start + (long) step * panels.width(p);
    }

    /// Packs a panel, unless it is.
    void pack(int p, Scratch scratch) {
        if (!room.isPacked()) {
            claims.once(p - first, () -> packNow(p, scratch));
        }
    }

    private void packNow(int p, Scratch scratch) {
        int width = panels.width(p);
        for (int j = 0; j < width; j += Packing.ROWS) {
            int filled = Math.min(Packing.ROWS, width - j);
            int column = panels.start(p) + j;
            int real = Math.clamp(panels.columns() - column, 0, filled);
            long start = at(p, 0) + j;
            Packing.right(weight, column, real, filled, steps, segment(), start, width, scratch);
        }
    }

    /// Brings some steps of a panel near, where the core does not by itself.
    void touch(int p, int step, int count, Scratch scratch) {
        if (Fetching.NEEDS_TOUCH) {
            scratch.touch(segment(), at(p, step), count * panels.width(p));
        }
    }
}
