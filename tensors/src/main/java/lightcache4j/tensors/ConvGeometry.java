package lightcache4j.tensors;

/// Strides and padding of a convolution over video.
///
/// @param before frames that stand before the first one: `kt − 1` for a causal convolution, and
///   with a history, its length
/// @param strideFrames step in time
/// @param strideRows step down
/// @param strideColumns step across
/// @param top rows of zeros above
/// @param bottom rows of zeros below
/// @param left columns of zeros to the left
/// @param right columns of zeros to the right
/// @param scale how often each row and each column of the input is seen, one copy next to the
///   other: 2 to convolve an image enlarged to twice its size, which is then nowhere in memory
public record ConvGeometry(
        int before,
        int strideFrames,
        int strideRows,
        int strideColumns,
        int top,
        int bottom,
        int left,
        int right,
        int scale) {

    /// Of an input as large as it is.
    public ConvGeometry(
            int before,
            int strideFrames,
            int strideRows,
            int strideColumns,
            int top,
            int bottom,
            int left,
            int right) {
        this(before, strideFrames, strideRows, strideColumns, top, bottom, left, right, 1);
    }

    /// Stride 1, the same zeros on all four sides, `before` frames before the first.
    public static ConvGeometry same(int before, int padding) {
        return new ConvGeometry(before, 1, 1, 1, padding, padding, padding, padding);
    }

    /// Non-overlapping patches of one frame.
    public static ConvGeometry patches(int size) {
        return new ConvGeometry(0, 1, size, size, 0, 0, 0, 0);
    }

    /// The same with other frames before the first.
    public ConvGeometry after(int frames) {
        return new ConvGeometry(
                frames, strideFrames, strideRows, strideColumns, top, bottom, left, right, scale);
    }

    /// The same, of the input enlarged.
    public ConvGeometry enlarging(int times) {
        return new ConvGeometry(
                before, strideFrames, strideRows, strideColumns, top, bottom, left, right, times);
    }

    /// Shape of the result: `[F', H', W', O]` from `x` `[F, H, W, I]` and a weight `[O, I, (kt,)
    /// kh, kw]`.
    public Shape output(Shape x, Shape weight) {
        long kt = weight.rank() == 5 ? weight.dim(2) : 1;
        long frames = (x.dim(0) + before - kt) / strideFrames + 1;
        long rows = (x.dim(1) * scale + top + bottom - weight.dim(-2)) / strideRows + 1;
        long columns = (x.dim(2) * scale + left + right - weight.dim(-1)) / strideColumns + 1;
        return Shape.of(frames, rows, columns, weight.dim(0));
    }
}
