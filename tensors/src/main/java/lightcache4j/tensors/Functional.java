package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

/// The layers that models are written in, as free functions: each checks its shapes, allocates the
/// result in the current [Workspace] and has that workspace's backend fill it. Those whose names
/// end in `Into` fill a tensor that there is, or a part of one.
///
/// Letters as in [Ops]. Every function throws [ShapeMismatch] if its tensors do not fit.
public final class Functional {
    private Functional() {}

    private static Tensor allocate(Shape shape) {
        return Workspace.current().allocate(DType.F32, shape);
    }

    private static Ops ops() {
        return Workspace.current().backend().ops();
    }

    /// `x weightᵀ + bias` over the last axis: `[…, K]` to `[…, N]`.
    public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        return linear(x, weight, bias, Activation.NONE);
    }

    /// `activation(x weightᵀ + bias)` over the last axis: `[…, K]` to `[…, N]`.
    public static Tensor linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        Require.floats("linear", x);
        Require.matrix("linear", weight);
        Tensor out = allocate(x.shape().with(-1, weight.dim(0)));
        linearInto(out, x, weight, bias, activation);
        return out;
    }

    /// As [#linear(Tensor, Tensor, Tensor, Activation)], into `out` `[…, N]`, which has nothing in
    /// common with `x`.
    public static void linearInto(
            Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        Require.floats("linear", x, out);
        Require.matrix("linear", weight);
        Require.weights("linear", bias);
        Require.shape("linear", "weight", weight, -1, x.dim(-1));
        Require.optional("linear", "bias", bias, weight.dim(0));
        Require.shape("linear", "result", out, x.shape().with(-1, weight.dim(0)));
        ops().linear(
                        out.reshape(-1, weight.dim(0)),
                        x.reshape(x.shape().rows(), x.dim(-1)),
                        weight,
                        bias,
                        activation);
    }

    /// Attention of every query to every key, scaled by `1 / √d`: `[L, H·d]`, `[S, H·d]`, `[S,
    /// H·d]` to `[L, H·d]`.
    public static Tensor attention(Tensor q, Tensor k, Tensor v, int heads) {
        float scale = (float) (1 / Math.sqrt((double) q.dim(1) / heads));
        return attention(q, k, v, heads, heads, scale, false, null);
    }

    /// Attention with all its options, see [Ops#attention].
    public static Tensor attention(
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        String name = "attention";
        Require.floats(name, q, k, v);
        Require.shape(name, "query", q, -1, -1);
        Require.that(
                q.dim(1) % heads == 0 && heads % kvHeads == 0,
                name,
                () ->
                        "query %s does not split into %d heads over %d key heads"
                                .formatted(q.shape(), heads, kvHeads));
        long width = q.dim(1) / heads * kvHeads;
        Require.shape(name, "key", k, -1, width);
        Require.shape(name, "value", v, k.dim(0), width);
        if (bias != null) {
            Require.floats(name, bias);
            boolean fits =
                    bias.dim(-1) == k.dim(0)
                            && (bias.shape().rank() == 2
                                    ? bias.dim(0) == 1 || bias.dim(0) == q.dim(0)
                                    : bias.shape().rank() == 3
                                            && bias.dim(0) == heads
                                            && bias.dim(1) == q.dim(0));
            Require.that(
                    fits,
                    name,
                    () ->
                            "bias is %s, wanted [1 or %d, %d] or [%d, %d, %d]"
                                    .formatted(
                                            bias.shape(),
                                            q.dim(0),
                                            k.dim(0),
                                            heads,
                                            q.dim(0),
                                            k.dim(0)));
        }
        Tensor out = allocate(q.shape());
        ops().attention(out, q, k, v, heads, kvHeads, scale, causal, bias);
        return out;
    }

    /// Rotary position: `x` is `[L, H·d]` seen as `heads` heads, `cos` and `sin` are `[L, d/2]`.
    ///
    /// @param interleaved whether pairs are neighbours, or halves of a head
    public static Tensor rope(Tensor x, int heads, Tensor cos, Tensor sin, boolean interleaved) {
        Tensor out = allocate(x.shape());
        ropeInto(out, x, heads, cos, sin, interleaved);
        return out;
    }

    /// As [#rope], into `out` `[L, H·d]`, which may be `x`.
    public static void ropeInto(
            Tensor out, Tensor x, int heads, Tensor cos, Tensor sin, boolean interleaved) {
        Require.floats("rope", x, out, cos, sin);
        Require.shape("rope", "input", x, -1, -1);
        Require.that(
                x.dim(1) % heads == 0, "rope", () -> x.shape() + " has no " + heads + " heads");
        long head = x.dim(1) / heads;
        Require.shape("rope", "cos", cos, x.dim(0), head / 2);
        Require.shape("rope", "sin", sin, x.dim(0), head / 2);
        Require.shape("rope", "result", out, x.shape());
        ops().rope(
                        out.reshape(x.dim(0), heads, head),
                        x.reshape(x.dim(0), heads, head),
                        cos,
                        sin,
                        interleaved);
    }

    /// Rows of a table: ids `[L]`, each below `V`, to `[L, D]`.
    public static Tensor embedding(Tensor table, Tensor ids) {
        Require.weights("embedding", table);
        Require.shape("embedding", "table", table, -1, -1);
        Require.shape("embedding", "ids", ids, -1);
        for (int id : ids.toInts()) {
            Require.that(
                    id >= 0 && id < table.dim(0),
                    "embedding",
                    () ->
                            "id %d is outside the table of %d entries; is this the checkpoint's tokenizer?"
                                    .formatted(id, table.dim(0)));
        }
        Tensor out = allocate(Shape.of(ids.dim(0), table.dim(1)));
        ops().embedding(out, table, ids);
        return out;
    }

    /// Layer norm over the last axis (arXiv:1607.06450).
    public static Tensor layerNorm(
            Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        Tensor out = allocate(x.shape());
        layerNormInto(out, x, weight, bias, eps);
        return out;
    }

    /// As [#layerNorm], into `out` of the same shape, which may be `x`.
    public static void layerNormInto(
            Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        Require.floats("layer norm", x, out);
        Require.weights("layer norm", weight, bias);
        Require.optional("layer norm", "weight", weight, x.dim(-1));
        Require.optional("layer norm", "bias", bias, x.dim(-1));
        Require.shape("layer norm", "result", out, x.shape());
        ops().layerNorm(out, x, weight, bias, eps);
    }

    /// Root mean square norm over the last axis (arXiv:1910.07467).
    public static Tensor rmsNorm(Tensor x, @Nullable Tensor weight, float eps) {
        Require.floats("rms norm", x);
        Require.weights("rms norm", weight);
        Require.optional("rms norm", "weight", weight, x.dim(-1));
        Tensor out = allocate(x.shape());
        ops().rmsNorm(out, x, weight, eps);
        return out;
    }

    /// Group norm (arXiv:1803.08494) of `[F, H, W, C]`, then `activation`.
    ///
    /// @param perFrame whether each frame has statistics of its own
    public static Tensor groupNorm(
            Tensor x,
            int groups,
            Tensor weight,
            Tensor bias,
            float eps,
            boolean perFrame,
            Activation activation) {
        try (Workspace inner = Workspace.current().open()) {
            Tensor statistics = inner.in(() -> groupStatistics(x, groups, eps, perFrame));
            return groupNormalize(x, statistics, weight, bias, activation);
        }
    }

    /// The first pass of a group norm, see [Ops#groupStatistics].
    public static Tensor groupStatistics(Tensor x, int groups, float eps, boolean perFrame) {
        Require.floats("group norm", x);
        Require.shape("group norm", "input", x, -1, -1, -1, -1);
        Require.that(
                groups > 0 && x.dim(3) % groups == 0,
                "group norm",
                () -> "%d channels do not split into %d groups".formatted(x.dim(3), groups));
        Tensor out = allocate(Shape.of(perFrame ? x.dim(0) : 1, groups, 2));
        ops().groupStatistics(out, x, groups, eps);
        return out;
    }

    /// The second pass of a group norm, see [Ops#groupNormalize].
    public static Tensor groupNormalize(
            Tensor x, Tensor statistics, Tensor weight, Tensor bias, Activation activation) {
        Require.floats("group norm", x, statistics);
        Require.weights("group norm", weight, bias);
        Require.shape("group norm", "weight", weight, x.dim(3));
        Require.shape("group norm", "bias", bias, x.dim(3));
        Require.that(
                statistics.dim(0) == 1 || statistics.dim(0) == x.dim(0),
                "group norm",
                () -> statistics.shape() + " statistics do not fit input " + x.shape());
        Tensor out = allocate(x.shape());
        ops().groupNormalize(out, x, statistics, weight, bias, activation);
        return out;
    }

    /// Convolution of `[F, H, W, I]`, see [Ops#conv3d].
    ///
    /// @param history `geometry.before()` frames that came before, or null: frame 0 repeated
    public static Tensor conv3d(
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        String name = "conv3d";
        Require.floats(name, x);
        Require.weights(name, weight, bias);
        Require.shape(name, "input", x, -1, -1, -1, -1);
        Require.that(
                (weight.shape().rank() == 4 || weight.shape().rank() == 5)
                        && weight.dim(1) == x.dim(3),
                name,
                () ->
                        "weight is %s, wanted [*, %d, (*,) *, *] for input %s"
                                .formatted(weight.shape(), x.dim(3), x.shape()));
        Require.optional(name, "bias", bias, weight.dim(0));
        Require.optional(name, "history", history, geometry.before(), x.dim(1), x.dim(2), x.dim(3));
        long kt = weight.shape().rank() == 5 ? weight.dim(2) : 1;
        long rows = x.dim(1) * geometry.scale() + geometry.top() + geometry.bottom();
        long columns = x.dim(2) * geometry.scale() + geometry.left() + geometry.right();
        Require.that(
                x.dim(0) + geometry.before() >= kt
                        && rows >= weight.dim(-2)
                        && columns >= weight.dim(-1),
                name,
                () ->
                        "input %s is smaller than the kernel of %s"
                                .formatted(x.shape(), weight.shape()));
        Tensor out = allocate(geometry.output(x.shape(), weight.shape()));
        ops().conv3d(out, x, history, weight, bias, geometry);
        return out;
    }

    /// Repeats the frames, rows and columns of `[F, H, W, C]` by whole factors.
    public static Tensor upsampleNearest(Tensor x, int frames, int rows, int columns) {
        Require.floats("upsample", x);
        Require.shape("upsample", "input", x, -1, -1, -1, -1);
        Shape shape = Shape.of(x.dim(0) * frames, x.dim(1) * rows, x.dim(2) * columns, x.dim(3));
        Tensor out = allocate(shape);
        ops().upsampleNearest(out, x, frames, rows, columns);
        return out;
    }

    /// Doubles the frames of `[F, H, W, C]` by linear interpolation.
    public static Tensor upsampleFramesLinear(Tensor x) {
        Require.floats("upsample", x);
        Require.shape("upsample", "input", x, -1, -1, -1, -1);
        Tensor out = allocate(x.shape().with(0, x.dim(0) * 2));
        ops().upsampleFramesLinear(out, x);
        return out;
    }
}
