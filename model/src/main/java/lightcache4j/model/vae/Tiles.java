package lightcache4j.model.vae;

import static lightcache4j.tensors.Arithmetic.crossfade;
import static lightcache4j.tensors.Layout.concat;
import static lightcache4j.tensors.Layout.slice;

import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.ArrayList;
import java.util.List;

/// Codes a video tile by tile and joins the results, each blended with the one above and the one to
/// the left (`tiled_encode`, `tiled_decode`).
///
/// Tiles and strides are lengths before coding, seams and parts kept are lengths after it.
///
/// @param rows along height
/// @param columns along width
record Tiles(Cut rows, Cut columns) {
    private static final int ROWS = 1; // axes of [F, H, W, C]
    private static final int COLUMNS = 2;

    /// Codes a tile, the `number`th, counted from 0 row by row.
    interface Coder {
        Tensor code(Tensor tile, int number);
    }

    /// How one axis is cut up.
    ///
    /// @param tile length of a tile
    /// @param stride from the start of a tile to the start of the next
    /// @param seam length over which neighbours are blended
    /// @param kept length of a coded tile that is used, from its start
    /// @param total length of the result
    record Cut(int tile, int stride, int seam, long kept, long total) {
        /// Tiles along an axis of that length, before coding.
        int count(long length) {
            return Math.toIntExact(Math.ceilDiv(length, stride));
        }
    }

    /// The tiles of a video to encode, at `scale` pixels per latent. Each tile is kept whole, so
    /// that beyond the first its overlap pushes the rest aside, and what is too much is cut off at
    /// the end: a defect of the original, kept because checkpoints' users compare with it.
    static Tiles encoding(Tiling t, int scale, long height, long width) {
        return new Tiles(
                encoding(t.minHeight(), t.strideHeight(), scale, height),
                encoding(t.minWidth(), t.strideWidth(), scale, width));
    }

    private static Cut encoding(int tile, int stride, int scale, long length) {
        long latents = length / scale;
        return new Cut(tile, stride, tile / scale - stride / scale, latents, latents);
    }

    /// The tiles of latents to decode, at `scale` pixels per latent.
    static Tiles decoding(Tiling t, int scale, long height, long width) {
        return new Tiles(
                decoding(t.minHeight(), t.strideHeight(), scale, height),
                decoding(t.minWidth(), t.strideWidth(), scale, width));
    }

    private static Cut decoding(int tile, int stride, int scale, long length) {
        return new Cut(tile / scale, stride / scale, tile - stride, stride, length * scale);
    }

    /// How many tiles `x` `[F, H, W, C]` has.
    int count(Tensor x) {
        return rows.count(x.dim(ROWS)) * columns.count(x.dim(COLUMNS));
    }

    /// `x` `[F, H, W, C]` through `code`, tile by tile.
    Tensor apply(Tensor x, Coder code) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            Tensor joined = inner.in(() -> join(x, code, inner));
            return outer.adopt(joined, inner);
        }
    }

    private Tensor join(Tensor x, Coder code, Workspace workspace) {
        List<Tensor> bands = new ArrayList<>();
        List<Tensor> above = List.of();
        for (long top = 0; top < x.dim(ROWS); top += rows.stride()) {
            List<Tensor> row = row(x, top, above, code);
            bands.add(band(row));
            above.forEach(workspace::free);
            above = row;
        }
        above.forEach(workspace::free);
        return upTo(Steps.releaseAll(bands, concat(ROWS, bands)), ROWS, rows.total());
    }

    /// The tiles from `top` on, coded and blended; `above` holds those above them, blended.
    private List<Tensor> row(Tensor x, long top, List<Tensor> above, Coder code) {
        int before = Math.toIntExact(top / rows.stride()) * columns.count(x.dim(COLUMNS));
        List<Tensor> row = new ArrayList<>();
        Workspace outer = Workspace.current();
        for (long left = 0; left < x.dim(COLUMNS); left += columns.stride()) {
            try (Workspace inner = outer.open()) {
                long column = left;
                Tensor tile =
                        inner.in(
                                () -> {
                                    int j = row.size();
                                    Tensor y = code.code(tile(x, top, column), before + j);
                                    y = above.isEmpty() ? y : blend(above.get(j), y, ROWS, rows);
                                    return j == 0 ? y : blend(row.get(j - 1), y, COLUMNS, columns);
                                });
                row.add(outer.adopt(tile, inner));
            }
        }
        return row;
    }

    private Tensor tile(Tensor x, long top, long left) {
        long bottom = Math.min(top + rows.tile(), x.dim(ROWS));
        long right = Math.min(left + columns.tile(), x.dim(COLUMNS));
        Tensor band = slice(x, ROWS, top, bottom);
        return Steps.release(band, slice(band, COLUMNS, left, right));
    }

    /// `b` with its first entries along `axis` faded in from the last of `a`.
    private static Tensor blend(Tensor a, Tensor b, int axis, Cut cut) {
        long seam = Math.min(cut.seam(), Math.min(a.dim(axis), b.dim(axis)));
        if (seam <= 0) {
            return b;
        }
        Tensor before = slice(a, axis, a.dim(axis) - seam, a.dim(axis));
        Tensor faded = crossfade(before, slice(b, axis, 0, seam), axis);
        return concat(axis, faded, slice(b, axis, seam, b.dim(axis)));
    }

    /// What is kept of the tiles of a row, side by side.
    private Tensor band(List<Tensor> row) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            Tensor band =
                    inner.in(
                            () -> {
                                List<Tensor> kept = row.stream().map(this::kept).toList();
                                return upTo(concat(COLUMNS, kept), COLUMNS, columns.total());
                            });
            return outer.adopt(band, inner);
        }
    }

    private Tensor kept(Tensor tile) {
        Tensor narrow = slice(tile, COLUMNS, 0, Math.min(columns.kept(), tile.dim(COLUMNS)));
        return upTo(narrow, ROWS, rows.kept());
    }

    /// `x` with no more than `length` entries along `axis`; `x` itself is freed if it had more.
    private static Tensor upTo(Tensor x, int axis, long length) {
        return x.dim(axis) <= length ? x : Steps.release(x, slice(x, axis, 0, length));
    }
}
