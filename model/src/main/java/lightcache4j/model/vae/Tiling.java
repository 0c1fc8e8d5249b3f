package lightcache4j.model.vae;

import lightcache4j.tensors.EngineException;

/// Coding large frames tile by tile, the seams blended: less memory at once, at the price of
/// computing the overlaps twice. All lengths in pixels; the names are those of diffusers'
/// `enable_tiling`.
///
/// @param minHeight height of a tile (`tile_sample_min_height`)
/// @param minWidth width of a tile (`tile_sample_min_width`)
/// @param strideHeight from the top of a tile to the top of the one below
///   (`tile_sample_stride_height`)
/// @param strideWidth from the left of a tile to the left of the next (`tile_sample_stride_width`)
public record Tiling(int minHeight, int minWidth, int strideHeight, int strideWidth) {

    /// What diffusers begins with.
    public static final Tiling DEFAULT = new Tiling(512, 512, 448, 448);

    /// Square tiles that share at least an eighth with their neighbours, as those of [#DEFAULT] do.
    ///
    /// @param side of a tile
    /// @param scale pixels per latent: tiles are laid a multiple of it apart
    /// @throws EngineException if tiles of that side cannot overlap
    public static Tiling square(int side, int scale) {
        int stride = (side - side / 8) / scale * scale;
        if (side % scale != 0 || stride == side || stride <= 0) {
            throw new EngineException(
                    "tile: is %d pixels, wanted a multiple of %d, %d or more"
                            .formatted(side, scale, 2 * scale));
        }
        return new Tiling(side, side, stride, stride);
    }

    /// @throws EngineException if a length is not positive, or tiles leave gaps
    public Tiling {
        boolean fits =
                strideHeight > 0
                        && strideWidth > 0
                        && strideHeight <= minHeight
                        && strideWidth <= minWidth;
        if (!fits) {
            throw new EngineException(
                    ("vae tiling: tiles of %dx%d are laid %d and %d apart,"
                                    + " wanted positive strides no longer than the tiles")
                            .formatted(minHeight, minWidth, strideHeight, strideWidth));
        }
    }

    /// Whether a video that large is cut up. As in diffusers, the width is held against the tiles'
    /// height and the height against their width, which makes no difference while tiles are square.
    ///
    /// @param scale pixels per unit of `height` and `width`: 1 for frames, the compression for
    ///   latents
    boolean cuts(long height, long width, int scale) {
        return width > minHeight / scale || height > minWidth / scale;
    }
}
