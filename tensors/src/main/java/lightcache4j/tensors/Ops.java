package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a backend computes. Some thirty operations, coarse where a fast machine gains by it.
///
/// Every operation writes into `out`, which has the right shape, overlaps no input (save where it
/// may be one), and holds anything before. Shapes were checked by the free functions of this
/// package, which are how models call these; an implementation may rely on them. Activations are
/// float32 and in the backend's memory. What is marked *weight* below may also be F16 or BF16, lies
/// in host memory (often in a mapped file), and may be unaligned.
///
/// Letters: `M` rows, `K` inputs, `N` outputs, `L` tokens, `S` keys, `D` width, `H` heads, `F`
/// frames.
public interface Ops {

    // ---- linear layers and attention

    /// `out[M, N] = activation(x[M, K] · weightᵀ[N, K] + bias[N])`; weight and bias are weights.
    /// The weight may also be I8 with a [Tensor#scale], which lies in host memory too.
    void linear(Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation);

    /// Scaled dot-product attention (arXiv:1706.03762), per head: `softmax(q kᵀ · scale + bias) v`.
    ///
    /// `out`, `q` are `[L, heads · d]`, `k`, `v` are `[S, kvHeads · d]`; `heads` is a multiple of
    /// `kvHeads`, and query head `h` reads key head `h / (heads / kvHeads)`. `bias` is `[1, S]`,
    /// `[L, S]` or `[heads, L, S]`, −∞ where a key is hidden. With `causal`, query `i` sees keys up
    /// to `i + S − L`. A query that sees no key gives zeros.
    void attention(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias);

    /// Rotates pairs of features by an angle per token (RoFormer, arXiv:2104.09864). `x` and `out`
    /// are `[L, H, d]`, `cos` and `sin` are `[L, d/2]`: a pair `(a, b)` becomes `(a cos − b sin, b
    /// cos + a sin)`. Pairs are neighbours `(2i, 2i + 1)` if `interleaved`, else `(i, i + d/2)`.
    /// `out` may be `x`.
    void rope(Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved);

    /// `out[L, D]`: row `ids[l]` of the weight `table[V, D]`; `ids` is I32, in host memory, in
    /// range.
    void embedding(Tensor out, Tensor table, Tensor ids);

    // ---- norms

    /// Over the last axis: `(x − mean) / √(variance + eps)`, times weight, plus bias where given.
    /// `out` may be `x`.
    void layerNorm(Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps);

    /// Over the last axis: `x / √(mean(x²) + eps)`, times weight where given.
    void rmsNorm(Tensor out, Tensor x, @Nullable Tensor weight, float eps);

    /// Mean and reciprocal deviation `1 / √(variance + eps)` of each group of channels: the first
    /// half of a group norm. `x` is `[F, H, W, C]`; `out` is `[F, groups, 2]` over each frame
    /// alone, or `[1, groups, 2]` over all.
    void groupStatistics(Tensor out, Tensor x, int groups, float eps);

    /// The second half of a group norm: `activation((x − mean) · rdev · weight + bias)`, with
    /// `statistics` `[F or 1, groups, 2]`.
    void groupNormalize(
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation);

    // ---- convolution and resampling of video, channels last

    /// Convolution in three dimensions; a two-dimensional one has a kernel one frame deep.
    ///
    /// `x` is `[F, H, W, I]`, `weight` `[O, I, kt, kh, kw]` or `[O, I, kh, kw]`, `out` `[F', H',
    /// W', O]`. Output frame `f` reads frames `f · stride.frames − history … + kt − 1` where frames
    /// before the first are those of `history` `[h, H, W, I]`, the last of it next to frame 0, or,
    /// where `history` is null, copies of frame 0, `geometry.before()` of them. Rows and columns
    /// are those of frames enlarged by `geometry.scale()`; beyond their borders are zeros.
    void conv3d(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry);

    /// Repeats frames, rows and columns of `x[F, H, W, C]` by whole factors.
    void upsampleNearest(Tensor out, Tensor x, int frames, int rows, int columns);

    /// Doubles the frames of `x[F, H, W, C]` linearly, as PyTorch's `interpolate` with
    /// `align_corners` off: output `i` stands at input `(i + ½) / 2 − ½`, clamped to the first and
    /// last.
    void upsampleFramesLinear(Tensor out, Tensor x);

    // ---- pointwise; `b` may be shorter than `a`, it then repeats over the leading axes

    void add(Tensor out, Tensor a, Tensor b);

    void multiply(Tensor out, Tensor a, Tensor b);

    /// `alpha · a + beta · b`.
    void combine(Tensor out, float alpha, Tensor a, float beta, Tensor b);

    /// `alpha · a + beta` for every element.
    void affine(Tensor out, Tensor a, float alpha, float beta);

    /// `min(max(a, low), high)` for every element; NaN stays NaN.
    void clamp(Tensor out, Tensor a, float low, float high);

    void activate(Tensor out, Tensor x, Activation activation);

    /// `x · (1 + scale) + shift`, with `shift` and `scale` `[D]` over rows of `x` (DiT,
    /// arXiv:2212.09748).
    void modulate(Tensor out, Tensor x, Tensor shift, Tensor scale);

    /// `x + gate · y`, with `gate` `[D]` over rows: a residual connection as DiT gates it.
    void gatedSum(Tensor out, Tensor x, Tensor gate, Tensor y);

    /// Fades along an axis of length `n`: `a · (1 − i/n) + b · i/n` at index `i`. Blends the seams
    /// of tiles.
    void crossfade(Tensor out, Tensor a, Tensor b, int axis);

    // ---- moving elements

    /// `parts` one after the other along `axis`.
    void concat(Tensor out, List<Tensor> parts, int axis);

    /// Entries `from` to `from + out.dim(axis)` along `axis`.
    void slice(Tensor out, Tensor x, int axis, long from);

    /// Axis `i` of the result is axis `order[i]` of `x`. Any type.
    void permute(Tensor out, Tensor x, int[] order);

    /// Floating types to F32. `x` may lie in host memory.
    void widen(Tensor out, Tensor x);

    // ---- measuring

    /// Mean, variance and more of all elements, accumulated in double precision.
    Moments moments(Tensor x);

    /// `Σ |a − b|` over all elements, accumulated in double precision.
    double absoluteDifference(Tensor a, Tensor b);
}
